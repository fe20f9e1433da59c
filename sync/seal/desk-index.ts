/**
 * What is told of a site's patients, sealed to who reads the desk of the site that is told: to its epoch's public key, as whoever tells reads nothing there.
 */
import type { Problem, Result } from '../result.ts';
import type { IndexDocument } from '../verify/document.ts';
import type { EpochKeys } from './epoch.ts';
import type { SignedText } from './opened.ts';
import { openRecord, sealRecord, type RecordKind, type RecordRecipient } from './record.ts';

const KIND: RecordKind<'i1'> = { v: 'i1', domain: 'saddlebag/desk-index/1', ephemeral: 'saddlebag/desk-index-ephemeral/1' };

/** `to`: an epoch of a site's `desk` compartment. */
export const sealIndex = (to: RecordRecipient, signed: SignedText): Result<IndexDocument, Problem<'bad-epoch-key'>> => sealRecord(KIND, to, signed);

/** The signed text in a record for this epoch, or null: it is for another, or was altered. Total on any checked document. */
export const openIndex = (epoch: EpochKeys, document: IndexDocument): SignedText | null => openRecord(KIND, epoch, document);
