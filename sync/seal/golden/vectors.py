#!/usr/bin/env python3
"""The frozen vectors of docs/formats.md, computed without any of Saddlebag's code.

A second implementation from the text of the format: BLAKE2b from hashlib, Ed25519, X25519, ChaCha20-Poly1305 and Argon2id from
pyca/cryptography (44 or later), HChaCha20, Salsa20 and the arithmetic of edwards25519 written out here. It was run once, to write the files
that golden.test.ts compares with; version 1 of the format is frozen, so there is no reason to run it again but to check it.

    python3 vectors.py ../../..     (the root of the project)
"""
import base64, hashlib, json, os, struct, sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.poly1305 import Poly1305

ROOT = sys.argv[1]
raw = lambda p: p.public_bytes_raw()
b64 = lambda b: base64.urlsafe_b64encode(b).rstrip(b'=').decode()
enc = lambda p: p.encode() if isinstance(p, str) else p
frame = lambda *parts: b''.join(struct.pack('>I', len(enc(p))) + enc(p) for p in parts)
digest = lambda domain, *parts: hashlib.blake2b(frame(domain, *parts), digest_size=32).digest()
keyed = lambda key, data, size=32: hashlib.blake2b(data, key=key, digest_size=size).digest()
kdf = lambda key, label: keyed(key, label.encode())
canonical = lambda value: json.dumps(value, sort_keys=True, separators=(',', ':'), ensure_ascii=False)
fixed = lambda label, size=32: hashlib.blake2b(label.encode(), digest_size=size).digest()
rotl = lambda x, n: ((x << n) | (x >> (32 - n))) & 0xffffffff


def padme(length, floor):
    if length <= floor:
        return floor
    e = length.bit_length() - 1
    step = 1 << (e - e.bit_length())
    return -(-length // step) * step


def sign(domain, text, seed):
    return Ed25519PrivateKey.from_private_bytes(seed).sign(frame(domain, text))


def ed_public(seed):
    return raw(Ed25519PrivateKey.from_private_bytes(seed).public_key())


def x_public(secret):
    return raw(X25519PrivateKey.from_private_bytes(secret).public_key())


def x_agree(secret, public):
    return X25519PrivateKey.from_private_bytes(secret).exchange(X25519PublicKey.from_public_bytes(public))


def hchacha20(key, nonce16):
    s = list(struct.unpack('<16I', b'expand 32-byte k' + key + nonce16))

    def quarter(a, b, c, d):
        s[a] = (s[a] + s[b]) & 0xffffffff; s[d] = rotl(s[d] ^ s[a], 16)
        s[c] = (s[c] + s[d]) & 0xffffffff; s[b] = rotl(s[b] ^ s[c], 12)
        s[a] = (s[a] + s[b]) & 0xffffffff; s[d] = rotl(s[d] ^ s[a], 8)
        s[c] = (s[c] + s[d]) & 0xffffffff; s[b] = rotl(s[b] ^ s[c], 7)
    for _ in range(10):
        quarter(0, 4, 8, 12); quarter(1, 5, 9, 13); quarter(2, 6, 10, 14); quarter(3, 7, 11, 15)
        quarter(0, 5, 10, 15); quarter(1, 6, 11, 12); quarter(2, 7, 8, 13); quarter(3, 4, 9, 14)
    return struct.pack('<8I', *s[0:4], *s[12:16])


def xchacha(key, nonce, plaintext, ad):
    return ChaCha20Poly1305(hchacha20(key, nonce[:16])).encrypt(b'\0' * 4 + nonce[16:], plaintext, ad)


def salsa_rounds(words):
    s = list(words)
    for _ in range(10):
        for a, b, c, d in ((0, 4, 8, 12), (5, 9, 13, 1), (10, 14, 2, 6), (15, 3, 7, 11), (0, 1, 2, 3), (5, 6, 7, 4), (10, 11, 8, 9), (15, 12, 13, 14)):
            s[b] ^= rotl((s[a] + s[d]) & 0xffffffff, 7); s[c] ^= rotl((s[b] + s[a]) & 0xffffffff, 9)
            s[d] ^= rotl((s[c] + s[b]) & 0xffffffff, 13); s[a] ^= rotl((s[d] + s[c]) & 0xffffffff, 18)
    return s


def salsa_state(key, block16):
    c, k, n = struct.unpack('<4I', b'expand 32-byte k'), struct.unpack('<8I', key), struct.unpack('<4I', block16)
    return [c[0], *k[:4], c[1], *n, c[2], *k[4:], c[3]]


def hsalsa20(key, block16):
    s = salsa_rounds(salsa_state(key, block16))
    return struct.pack('<8I', *(s[i] for i in (0, 5, 10, 15, 6, 7, 8, 9)))


def secretbox(key, nonce24, plaintext):
    subkey, stream = hsalsa20(key, nonce24[:16]), b''
    for counter in range((len(plaintext) + 32) // 64 + 1):
        state = salsa_state(subkey, nonce24[16:] + struct.pack('<Q', counter))
        stream += struct.pack('<16I', *((a + b) & 0xffffffff for a, b in zip(salsa_rounds(state), state)))
    body = bytes(a ^ b for a, b in zip(plaintext, stream[32:]))
    return Poly1305.generate_tag(stream[:32], body) + body


def seal_box(public, plaintext, ephemeral_secret):
    ephemeral = x_public(ephemeral_secret)
    nonce = hashlib.blake2b(ephemeral + public, digest_size=24).digest()
    return ephemeral + secretbox(hsalsa20(x_agree(ephemeral_secret, public), b'\0' * 16), nonce, plaintext)


def seal_parts(key, ad, *parts, of='envelope'):
    aead, nonce_key, tag_key = (kdf(key, f'saddlebag/{of}-{use}/1') for use in ('aead', 'nonce', 'tag'))
    framed = frame(*parts)
    padded = framed.ljust(padme(len(framed), 512), b'\0')
    nonce = keyed(nonce_key, frame(ad, padded), 24)
    return keyed(tag_key, nonce), nonce, xchacha(aead, nonce, padded, ad)


def envelope(v, t, n, c):
    return {'_id': digest('saddlebag/envelope-id/1', v, t, n, c).hex(), 'v': v, 't': b64(t), 'n': b64(n), 'c': b64(c)}


def write(path, value):
    path = os.path.join(ROOT, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as out:
        out.write(json.dumps(value, indent='\t', ensure_ascii=False) + '\n')


# The cast: every input is a hash of its label.
sign_seed, transport_seed, seal_secret = fixed('sign seed'), fixed('transport seed'), fixed('seal secret')
device, member, invitation = (fixed(label, 16).hex() for label in ('device', 'member', 'invitation'))
actor_keys = {'device': device, 'sign': b64(ed_public(sign_seed)), 'seal': b64(x_public(seal_secret)), 'transport': b64(ed_public(transport_seed))}
actor = b64(digest('saddlebag/actor/1', canonical(actor_keys)))
org, head = b64(fixed('org')), b64(fixed('head'))
ident = lambda domain, *parts: digest(domain, *parts)[:16].hex()
rand = fixed('rand', 16)
site, other_site = (fixed(label, 16).hex() for label in ('site', 'other site'))
chart = ident('saddlebag/chart-id/1', site, actor, rand)
chart2 = ident('saddlebag/chart-import/1', site, 'urn:source', 'Patient/1')
resource = ident('saddlebag/resource-id/1', chart, 'clinical', actor, rand)

change = {
    'v': 1, 'org': org, 'site': site, 'comp': 'clinical', 'chart': chart, 'type': 'AllergyIntolerance', 'id': resource, 'actor': actor, 'seq': 1, 'prev': None, 'deps': [],
    'hlc': '019b2a4c5d00-0000', 'seen': [head], 'create': {'kind': 'random', 'rand': b64(rand)},
    'set': {'code': {'code': {'text': 'Pénicilline 💊 "G"'}}, 'criticality': {'criticality': 'high'}}, 'unset': [], 'add': {'reaction': {'rash': {'severity': 'mild'}}}, 'remove': {}
}
text = canonical(change)
sig = sign('saddlebag/change/1', text, sign_seed)
change_id = b64(digest('saddlebag/change-id/1', text, sig))
write('sync/change/golden/change.json', {'change': change, 'text': text})

statement = canonical({'v': 1, 'kind': 'example', 'org': org})
statement_sig = sign('saddlebag/statement/1', statement, sign_seed)
hub = b64(ed_public(fixed('hub seed')))
session = canonical({'v': 1, 'hub': hub, 'origin': 'https://192.168.1.5:4000', 'org': org, 'device': device, 'databases': sorted(['sb-control', f'sb-{site}-care', f'sb-{site}-desk']), 'nonce': b64(fixed('nonce'))})
epoch_key = fixed('epoch key')
epoch = b64(digest('saddlebag/epoch-id/1', site, 'clinical', epoch_key))
roster_key = fixed('roster key')
roster_epoch = b64(digest('saddlebag/epoch-id/1', '', 'roster', roster_key))

write('sync/verify/golden/ids.json', {
    'rand': b64(rand), 'actorKeys': actor_keys, 'actor': actor, 'site': site, 'chart': chart, 'importedChart': {'system': 'urn:source', 'source': 'Patient/1', 'id': chart2},
    'register': ident('saddlebag/register/1', site),
    'resources': [
        {'create': {'kind': 'random', 'rand': b64(rand)}, 'id': resource},
        {'create': {'kind': 'import', 'system': 'urn:source', 'source': 'Condition/7'}, 'id': ident('saddlebag/resource-import/1', chart, 'clinical', 'Condition', 'urn:source', 'Condition/7')},
        {'create': {'kind': 'link', 'charts': sorted([chart, chart2])}, 'id': ident('saddlebag/link-id/1', *sorted([chart, chart2]))},
        {'create': {'kind': 'answer', 'discrepancy': 'blood-group', 'resources': sorted([resource, chart2])}, 'id': ident('saddlebag/answer-id/1', 'blood-group', *sorted([resource, chart2]))},
        {'create': {'kind': 'moved', 'site': site, 'chart': chart2, 'resource': resource, 'change': change_id}, 'id': ident('saddlebag/resource-moved/1', chart, 'clinical', 'Condition', site, chart2, resource, change_id)},
    ],
    'epochKey': b64(epoch_key), 'epoch': epoch, 'rosterKey': b64(roster_key), 'rosterEpoch': roster_epoch,
    'statement': {'text': statement, 'sig': b64(statement_sig), 'id': b64(digest('saddlebag/statement-id/1', statement, statement_sig)), '_id': digest('saddlebag/statement-id/1', statement, statement_sig).hex()},
    'change': {'text': text, 'sig': b64(sig), 'id': change_id},
})
write('sync/verify/golden/session.json', {'text': session, 'signed': frame('saddlebag/session/1', session).hex(), 'seed': b64(transport_seed), 'publicKey': b64(ed_public(transport_seed)), 'sig': b64(sign('saddlebag/session/1', session, transport_seed))})

ad = frame('saddlebag/envelope/1', 'e1', org, site, 'clinical', epoch)
envelopes = []
for label, body in (('an allergy', text), ('empty text', ''), ('more than the floor', 'x' * 3000)):
    body_sig = sign('saddlebag/change/1', body, sign_seed)
    envelopes.append({'what': label, 'text': body, 'sig': b64(body_sig), 'document': envelope('e1', *seal_parts(epoch_key, ad, body_sig, body))})
write('sync/seal/golden/envelope.json', {'org': org, 'site': site, 'comp': 'clinical', 'key': b64(epoch_key), 'epoch': epoch, 'seed': b64(sign_seed), 'publicKey': b64(ed_public(sign_seed)), 'envelopes': envelopes})

other_key = fixed('other epoch key')
other_epoch = b64(digest('saddlebag/epoch-id/1', other_site, 'clinical', other_key))
deposit_public = x_public(kdf(other_key, 'saddlebag/deposit-key/1'))
voucher = canonical({'v': 1, 'org': org, 'site': site, 'comp': 'clinical', 'change': change_id, 'to': other_site, 'actor': actor, 'seen': [head]})
voucher_sig = sign('saddlebag/voucher/1', voucher, sign_seed)
eph = digest('saddlebag/deposit-ephemeral/1', deposit_public, sig, text, voucher_sig, voucher)
D = keyed(x_agree(eph, deposit_public), frame('saddlebag/deposit/1', x_public(eph), deposit_public))
t, n, c = seal_parts(D, frame('saddlebag/deposit/1', 'd1', org, other_site, 'clinical', other_epoch), sig, text, voucher_sig, voucher)
write('sync/seal/golden/deposit.json', {
    'org': org, 'site': other_site, 'comp': 'clinical', 'key': b64(other_key), 'epoch': other_epoch, 'pub': b64(deposit_public), 'text': text, 'sig': b64(sig),
    'voucher': {'text': voucher, 'sig': b64(voucher_sig)}, 'document': envelope('d1', t, n, x_public(eph) + c)
})

keys = [{'site': site, 'comp': 'clinical', 'epoch': epoch, 'key': b64(epoch_key)}, {'site': None, 'comp': 'roster', 'epoch': roster_epoch, 'key': b64(roster_key)}]
box = seal_box(x_public(seal_secret), canonical({'v': 1, 'org': org, 'actor': actor, 'keys': keys}).encode(), fixed('ephemeral'))
older_nonce, older_newer = fixed('older nonce', 24), {'site': other_site, 'comp': 'clinical', 'epoch': other_epoch, 'key': b64(other_key)}
older = xchacha(kdf(other_key, 'saddlebag/older-keys/1'), older_nonce, canonical(keys[:1]).encode(), frame('saddlebag/older-keys/1', org, other_epoch))
write('sync/seal/golden/keys.json', {
    'org': org, 'actor': actor, 'sealSecret': b64(seal_secret), 'seal': actor_keys['seal'], 'keys': keys, 'ephemeralSecret': b64(fixed('ephemeral')),
    'bundle': {'_id': digest('saddlebag/key-bundle-id/1', 'k1', box).hex(), 'v': 'k1', 'c': b64(box)},
    'newer': older_newer, 'olderNonce': b64(older_nonce), 'older': {'_id': digest('saddlebag/older-keys-id/1', 'o1', older_nonce, older).hex(), 'v': 'o1', 'n': b64(older_nonce), 'c': b64(older)}
})

name, name_nonce = 'Clinique de Koudougou', fixed('name nonce', 24)
padded = frame(name).ljust(padme(len(frame(name)), 32), b'\0')
row, row_nonce, local_key = 'a row at rest', fixed('row nonce', 24), fixed('local key')
parameters = {'name': 'argon2id', 'memory': 65536, 'passes': 3, 'lanes': 1, 'salt': b64(fixed('salt', 16))}
argon2 = lambda salt, data: Argon2id(salt=salt, length=32, iterations=3, lanes=1, memory_cost=65536).derive(data)
wrap_nonce = fixed('wrap nonce', 24)
secrets = xchacha(argon2(fixed('salt', 16), 'ﬁne weather tomorrow'.replace('ﬁ', 'fi').encode()), wrap_nonce, canonical({'v': 1, 'sign': b64(sign_seed), 'seal': b64(seal_secret)}).encode(), frame('saddlebag/actor-secrets/1', org, member, device, canonical(parameters)))
write('sync/seal/golden/local.json', {
    'roster': {'key': b64(roster_key), 'epoch': roster_epoch, 'text': name, 'nonce': b64(name_nonce), 'box': b64(name_nonce + xchacha(kdf(roster_key, 'saddlebag/roster/1'), name_nonce, padded, frame('saddlebag/roster/1', roster_epoch)))},
    'row': {'key': b64(local_key), 'collection': 'charts', 'id': 'row-1', 'text': row, 'nonce': b64(row_nonce), 'row': b64(row_nonce + xchacha(local_key, row_nonce, row.encode(), frame('saddlebag/local/1', 'charts', 'row-1')))},
    'wrap': {'passphrase': 'ﬁne weather tomorrow', 'org': org, 'member': member, 'device': device, 'sign': b64(sign_seed), 'seal': b64(seal_secret), 'salt': parameters['salt'], 'nonce': b64(wrap_nonce), 'wrap': {'v': 1, 'kdf': parameters, 'n': b64(wrap_nonce), 'c': b64(secrets)}},
})

answer_box = fixed('answer box', 64) + fixed('more of it', 64)
invitation_seed = fixed('invitation seed')
answer_sig = sign('saddlebag/answer/1', frame(org, invitation, b64(answer_box)), invitation_seed)
answer_id = digest('saddlebag/answer-document-id/1', 'a1', invitation, answer_box, answer_sig).hex()
inviter = b64(fixed('inviter'))
code = argon2(digest('saddlebag/code-salt/1', org, invitation)[:16], frame('saddlebag/code/1', org, invitation, inviter, answer_id, canonical(actor_keys)))
letters = ''.join('23456789ABCDEFGHJKLMNPQRSTUVWXYZ'[(int.from_bytes(code[:5], 'big') >> shift) & 31] for shift in range(35, -1, -5))
write('sync/seal/golden/code.json', {'org': org, 'invitation': invitation, 'inviter': inviter, 'keys': actor_keys, 'answer': {'_id': answer_id, 'v': 'a1', 'invitation': invitation, 'c': b64(answer_box), 'sig': b64(answer_sig)}, 'invitationKey': b64(ed_public(invitation_seed)), 'code': f'{letters[:4]} {letters[4:]}'})

# Edge cases of Ed25519 (RFC 8032; the cases of Chalkias, Garillot and Nikolaenko, "Taming the many EdDSAs", 2020), under our own framing.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
d, I = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)


def x_of(y, odd):
    x2 = (y * y - 1) * pow(d * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * I % P
    assert (x * x - x2) % P == 0
    return P - x if x % 2 != odd and x else x


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = d * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + k, P - 2, P) % P, (y1 * y2 + x1 * x2) * pow(1 - k, P - 2, P) % P)


def mul(k, point):
    out = (0, 1)
    while k:
        if k & 1:
            out = add(out, point)
        point, k = add(point, point), k >> 1
    return out


pack = lambda point: (point[1] | (point[0] & 1) << 255).to_bytes(32, 'little')
base = (x_of(4 * pow(5, P - 2, P) % P, 0), 4 * pow(5, P - 2, P) % P)
half = next(mul(L, (x_of(y, 0), y)) for y in range(2, 99) if pow((y * y - 1) * pow(d * y * y + 1, P - 2, P) % P, (P - 1) // 2, P) == 1 and mul(4 * L, (x_of(y, 0), y)) != (0, 1))
small = [mul(i, half) for i in range(8)]
assert len(set(small)) == 8 and mul(8, half) == (0, 1)
a, r = int.from_bytes(fixed('edge secret'), 'little') % L, int.from_bytes(fixed('edge nonce'), 'little') % L
A, R = mul(a, base), mul(r, base)
hash_of = lambda R, A, m: int.from_bytes(hashlib.sha512(R + A + frame('saddlebag/change/1', m)).digest(), 'little') % L
vectors = []


def vector(what, key, R, S, message, verifies, enrols):
    vectors.append({'what': what, 'key': b64(key), 'sig': b64(R + S.to_bytes(32, 'little')), 'text': message, 'verifies': verifies, 'enrols': enrols})


def search(condition):
    return next(m for m in (f'edge {i}' for i in range(10_000)) if condition(m))


S = lambda message, key=pack(A), R=pack(R): (r + hash_of(R, key, message) * a) % L
vector('an ordinary signature', pack(A), pack(R), S('edge'), 'edge', True, True)
vector('S and the group order', pack(A), pack(R), S('edge') + L, 'edge', False, True)
high = search(lambda m: S(m) + 8 * L < 2**256)
vector('S and eight times the group order', pack(A), pack(R), S(high) + 8 * L, high, False, True)
mixed_R = pack(add(R, half))
vector('R of mixed order, good with the cofactor only', pack(A), mixed_R, S('edge', R=mixed_R), 'edge', False, True)
for i, point in enumerate(small):
    vector(f'R of small order {i}', pack(A), pack(point), hash_of(pack(point), pack(A), 'edge') * a % L, 'edge', False, True)
    m = search(lambda m: mul(hash_of(pack(small[0]), pack(point), m) % 8, point) == (0, 1))
    vector(f'key of small order {i}', pack(point), pack(small[0]), 0, m, False, False)
for name, y, odd in (('1, sign set', 1, 1), ('p', P, 0), ('p, sign set', P, 1), ('p + 1', P + 1, 0), ('p + 1, sign set', P + 1, 1), ('p - 1, sign set', P - 1, 1)):
    point = (y | odd << 255).to_bytes(32, 'little')
    vector(f'key in a second encoding, y = {name}', point, pack(small[0]), 0, 'edge', False, False)
    vector(f'R in a second encoding, y = {name}', pack(A), point, hash_of(point, pack(A), 'edge') * a % L, 'edge', False, True)
mixed_A = pack(add(A, half))
lucky = search(lambda m: hash_of(pack(R), mixed_A, m) % 8 == 0)
unlucky = search(lambda m: hash_of(pack(R), mixed_A, m) % 8 != 0)
vector('key of mixed order, by luck good without the cofactor', mixed_A, pack(R), S(lucky, key=mixed_A), lucky, True, False)
vector('key of mixed order, good with the cofactor only', mixed_A, pack(R), S(unlucky, key=mixed_A), unlucky, False, False)
vector('a key that is no point', (2).to_bytes(32, 'little'), pack(R), S('edge'), 'edge', False, False)
vector('another text', pack(A), pack(R), S('edge'), 'edge 1', False, True)
write('sync/verify/golden/edge-signatures.json', vectors)

# Edge cases of X25519 (RFC 7748 section 6.1): every point of small order in each of its encodings, the curve's and its twist's, and second encodings of others.
scalar = fixed('edge scalar')
low = [0, 1, 325606250916557431795983626356110631294008115727848805560023387167927233504, 39382357235489614581723060781553021112529911719440698176882885853963445705823]
curve = []


def curve_vector(what, u, top, enrols):
    key = (u | top << 255).to_bytes(32, 'little')
    try:
        shared = b64(x_agree(scalar, key))
    except ValueError:
        shared = None
    curve.append({'what': what, 'key': b64(key), 'scalar': b64(scalar), 'enrols': enrols})
    assert (shared is None) == ((u % P) in low + [P - 1]), what


for u in low + [P - 1]:
    curve_vector(f'small order, u = {u}', u, 0, False)
    curve_vector(f'small order, u = {u}, top bit set', u, 1, False)
for u in (P, P + 1, P + 2, P + 18):
    curve_vector(f'second encoding, u = {u - P} + p', u, 0, False)
curve_vector('the base point', 9, 0, True)
curve_vector('the base point, top bit set', 9, 1, False)
curve_vector('an ordinary key', int.from_bytes(x_public(fixed('edge x')), 'little'), 0, True)
curve_vector('a point of the twist', next(u for u in range(2, 99) if pow(u ** 3 + 486662 * u * u + u, (P - 1) // 2, P) == P - 1), 0, True)
write('sync/verify/golden/edge-keys.json', curve)

# A frontier: the one part of a desk, the two of a care database of which the device holds one key.
marks = ''.join(b64(fixed(f'mark {i}'))[:8] for i in range(3))
state = lambda n: canonical({'v': 1, 'n': n, 'at': 1_800_000_000_000, 'seen': [head], 'chains': [[actor, 5, change_id, marks]]})


def frontier(kind, n, parts):
    said = canonical({'v': 1, 'org': org, 'device': device, 'site': site, 'kind': kind, 'n': n, 'parts': sorted(parts, key=lambda part: part['t'])})
    return {'v': 'f1', 'text': said, 'sig': b64(sign('saddlebag/frontier/1', said, transport_seed))}


part = lambda t, n, c: {'t': b64(t), 'n': b64(n), 'c': b64(c)}
framed_state = len(frame(state(3), b''))
filler = b'\0' * (padme(framed_state, 512) - framed_state)
sealed = part(*seal_parts(epoch_key, frame('saddlebag/frontier/1', 'f1', org, device, site, 'clinical', epoch), state(3), filler, of='frontier'))
random_part = [fixed('part tag'), fixed('part nonce', 24), b''.join(fixed(f'part {i}') for i in range(17))[:padme(framed_state, 512) + 16]]
write('sync/seal/golden/frontier.json', {
    'org': org, 'site': site, 'comp': 'clinical', 'key': b64(epoch_key), 'device': device, 'transportSeed': b64(transport_seed), 'transport': actor_keys['transport'], 'actor': actor,
    'state': state(3), 'random': [b64(one) for one in random_part], 'document': frontier('care', 3, [sealed, part(*random_part)])
})

# A photo or document in chunks: a small one whole, a larger one by the names of its chunks, which are hashes of them.
file_key, chunk_bytes = fixed('file key'), 128 * 1024


def chunks(content):
    count = -(-len(content) // chunk_bytes)
    return [envelope('e1', *seal_parts(file_key, frame('saddlebag/file/1', 'e1', org, site, str(i), str(count)), content[i * chunk_bytes:(i + 1) * chunk_bytes], of='file')) for i in range(count)]


small, large = b''.join(fixed(f'photo {i}') for i in range(10)), bytes(i * 7 % 251 for i in range(chunk_bytes + 1000))
content_digest = lambda content: b64(digest('saddlebag/file-content/1', content))
write('sync/seal/golden/file.json', {
    'org': org, 'site': site, 'key': b64(file_key), 'content': b64(small), 'digest': content_digest(small), 'document': chunks(small)[0],
    'url': f'urn:saddlebag:file:1:{site}:{b64(file_key)}:{content_digest(small)}', 'large': {'bytes': len(large), 'digest': content_digest(large), 'chunks': [one['_id'] for one in chunks(large)]}
})

# What members carry: the two links of an invitation and its preview, recovery kit and share, secrets under a passkey, a record of the access log, a file, codes.
origin = 'https://192.168.1.5:4000'
inviting = b64(fixed('inviter'))
invited = ident('saddlebag/invitation-id/1', inviting, ed_public(invitation_seed))
said = {
    'v': 1, 'org': org, 'invitation': invited, 'statement': head, 'inviter': {'actor': inviting, 'seal': actor_keys['seal'], 'name': 'Awa Ouédraogo'}, 'organization': 'Santé rurale',
    'grants': [{'site': 'Clinique de Koudougou', 'role': 'clinician'}], 'expires': 1_800_000_000_000, 'hub': {'key': hub, 'origin': origin}
}
whole = f"{origin}/join#{b64(canonical({**said, 'seed': b64(invitation_seed)}).encode())}"
short = f"{origin}/join#{b64(bytes([2]) + invitation_seed + digest('saddlebag/invitation-link/2', invitation_seed, origin)[:4])}"
preview_nonce, preview_framed = fixed('preview nonce', 24), frame(canonical(said))
preview_box = xchacha(kdf(invitation_seed, 'saddlebag/preview/1'), preview_nonce, preview_framed.ljust(padme(len(preview_framed), 1024), b'\0'), frame('saddlebag/preview/1', 'p1', invited))
preview_sig = sign('saddlebag/preview/1', frame(org, invited, b64(preview_nonce), b64(preview_box)), invitation_seed)
preview_id = digest('saddlebag/preview-document-id/1', 'p1', invited, preview_nonce, preview_box, preview_sig).hex()

kit_seed = fixed('kit seed')
kit_transport, kit_sign, kit_seal = (kdf(kit_seed, f'saddlebag/kit-{use}/1') for use in ('transport', 'sign', 'seal'))
kit_keys = {'device': ident('saddlebag/device-id/1', ed_public(kit_transport)), 'sign': b64(ed_public(kit_sign)), 'seal': b64(x_public(kit_seal)), 'transport': b64(ed_public(kit_transport))}
kit = digest('saddlebag/actor/1', canonical(kit_keys))
share_secret = fixed('share', 33)
share_body = bytes([1, 2, 5, 3]) + kit[:8] + share_secret
share_bytes = share_body + digest('saddlebag/recovery-share/1', share_body)[:4]
share_bits = ''.join(f'{byte:08b}' for byte in share_bytes)
share_letters = ''.join('23456789ABCDEFGHJKLMNPQRSTUVWXYZ'[int(share_bits[i:i + 5].ljust(5, '0'), 2)] for i in range(0, len(share_bits), 5))

prf_output, credential, passkey_nonce = fixed('prf output'), b64(fixed('credential', 20)), fixed('passkey nonce', 24)
passkey = xchacha(kdf(prf_output, 'saddlebag/passkey-wrap/1'), passkey_nonce, canonical({'v': 1, 'sign': b64(sign_seed), 'seal': b64(seal_secret)}).encode(), frame('saddlebag/passkey-wrap/1', org, member, device, credential))

restricted_key = fixed('restricted key')
restricted_epoch = b64(digest('saddlebag/epoch-id/1', site, 'restricted', restricted_key))
restricted_public = x_public(kdf(restricted_key, 'saddlebag/deposit-key/1'))
looked = canonical({'v': 1, 'org': org, 'site': site, 'chart': chart, 'actor': actor, 'seq': 2, 'prev': head, 'at': 1_800_000_000_000, 'kind': 'glass', 'reason': 'Unconscious, no relative'})
looked_sig = sign('saddlebag/access/1', looked, sign_seed)
looked_secret = digest('saddlebag/access-ephemeral/1', restricted_public, looked_sig, looked)
looked_key = keyed(x_agree(looked_secret, restricted_public), frame('saddlebag/access-log/1', x_public(looked_secret), restricted_public))
t, n, c = seal_parts(looked_key, frame('saddlebag/access-log/1', 'l1', org, site, restricted_epoch), looked_sig, looked)

carried_document = envelope('e1', *seal_parts(epoch_key, ad, sig, text))
file_body = canonical({'bundle': 1, 'hub': {'key': hub, 'origin': origin, 'prefix': 'sb'}, 'org': org}) + '\n' + canonical({'db': f'{site}-care', 'doc': carried_document}) + '\n'
file_text = file_body + canonical({'count': 1, 'hash': b64(digest('saddlebag/bundle/1', file_body))}) + '\n'
mark = b64(digest('saddlebag/carried/1', file_text))[:8]
cut = [file_text[i:i + 900] for i in range(0, len(file_text), 900)]
write('sync/device/golden/members.json', {
    'invitation': {**said, 'seed': b64(invitation_seed)}, 'whole': whole, 'short': short, 'previewNonce': b64(preview_nonce),
    'preview': {'_id': preview_id, 'v': 'p1', 'invitation': invited, 'n': b64(preview_nonce), 'c': b64(preview_box), 'sig': b64(preview_sig)},
    'kit': {'seed': b64(kit_seed), 'actor': b64(kit), 'keys': kit_keys},
    'share': {'kit': b64(kit[:8]), 'number': 2, 'of': 5, 'needed': 3, 'bytes': b64(share_secret), 'text': '-'.join(share_letters[i:i + 4] for i in range(0, len(share_letters), 4))},
    'passkey': {'output': b64(prf_output), 'credential': credential, 'org': org, 'member': member, 'device': device, 'sign': b64(sign_seed), 'seal': b64(seal_secret), 'nonce': b64(passkey_nonce), 'wrap': {'v': 1, 'n': b64(passkey_nonce), 'c': b64(passkey)}},
    'access': {'org': org, 'site': site, 'key': b64(restricted_key), 'epoch': restricted_epoch, 'pub': b64(restricted_public), 'text': looked, 'sig': b64(looked_sig), 'id': b64(digest('saddlebag/access-record-id/1', looked, looked_sig)), 'document': envelope('l1', t, n, x_public(looked_secret) + c)},
    'file': {'org': org, 'hub': {'key': hub, 'origin': origin, 'prefix': 'sb'}, 'db': f'{site}-care', 'document': carried_document, 'text': file_text, 'codes': [f'SB1:{mark}:{i + 1}:{len(cut)}:{part}' for i, part in enumerate(cut)]},
})
