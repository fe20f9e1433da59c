/** What other rooms use of the store. */
export { strictDexie, type Durability, type DurableStorage } from './durability.ts';
export { processLocks, projectionLock, webLocks, type Locks } from './locks.ts';
export { memoryStorage } from './memory.ts';
export { chainName, type AppendProblem, type Chain, type ChainHead, type NewOwn, type OwnCustody, type OwnEnvelope, type OwnEnvelopes } from './ownEnvelopes.ts';
export { fold, PatientIndex, type SearchEntry } from './patientIndex.ts';
export { type BadDocument, type ControlDocument, type ControlDocuments, type NamedValues, type StoredVerdict, type Verdicts } from './plainRows.ts';
export { heldPrefix, type HeldIds } from './heldIds.ts';
export { documentsOf, pageRow, type NewPage } from './pageRow.ts';
export { type Page, type PulledPages } from './pulledPages.ts';
export { type OwnRow, type PageRow, type PlainRow } from './rows.ts';
export { type ChartKey, type ChartPart, type ChartRead, type RowSeal, type SealedCharts } from './sealedCharts.ts';
export { type SealedIndex } from './sealedIndex.ts';
export { type LivePage, type MovingRows, type PullCheckpoint, type PulledPage, type RowHandlers, type RowMover } from './rowMover.ts';
export { openStore, pagesWritten, rowsWritten, storeOver, type RxStore, type Store, type StoreBase, type StoreEvent, type StoreOptions, type Tables } from './store.ts';
export { type Range, type Table } from './table.ts';
export { journaledStorage, type Journal } from './journal.ts';
