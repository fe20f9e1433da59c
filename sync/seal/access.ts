/**
 * Records of the access log, sealed to who may read it: the holders of the `restricted` key of the site, who are its leads and the owners.
 *
 * The reader, who seals, need not hold that key: the record goes to its epoch's public key, as a deposit does, under a domain of its own. The hub
 * and the colleagues of the site can open none.
 */
import type { Problem, Result } from '../result.ts';
import type { AccessDocument } from '../verify/document.ts';
import type { EpochKeys } from './epoch.ts';
import type { SignedText } from './opened.ts';
import { openRecord, sealRecord, type RecordKind, type RecordRecipient } from './record.ts';

/** An epoch of the site's `restricted` compartment. */
export type AccessRecipient = RecordRecipient;

const KIND: RecordKind<'l1'> = { v: 'l1', domain: 'saddlebag/access-log/1', ephemeral: 'saddlebag/access-ephemeral/1' };

export const sealAccess = (to: AccessRecipient, signed: SignedText): Result<AccessDocument, Problem<'bad-epoch-key'>> => sealRecord(KIND, to, signed);

/** The signed text in a record for this epoch, or null: it is for another, or was altered. Total on any checked document. */
export const openAccess = (epoch: EpochKeys, document: AccessDocument): SignedText | null => openRecord(KIND, epoch, document);
