#!/usr/bin/env python3
"""The vector of a file that carries documents (version 2), computed apart from the code that is tested: reads the document of
sync/device/golden/members.json, writes bundle.json beside itself."""
import base64, hashlib, json, os, struct

HERE = os.path.dirname(os.path.abspath(__file__))
given = json.load(open(os.path.join(HERE, '../../device/golden/members.json')))['file']


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(',', ':'), ensure_ascii=False)


def digest(*parts):
    framed = b''.join(struct.pack('>I', len(part)) + part for part in (p.encode() for p in parts))
    return base64.urlsafe_b64encode(hashlib.blake2b(framed, digest_size=32).digest()).rstrip(b'=').decode()


lines = [canonical({'bundle': 2, 'hub': given['hub'], 'org': given['org'], 'part': 3}), canonical({'db': given['db'], 'doc': given['document']})]
hash = ''
for line in lines:
    hash = digest('saddlebag/bundle-line/2', hash, line)
lines.append(canonical({'count': 1, 'hash': hash, 'more': True}))
vector = {'org': given['org'], 'hub': given['hub'], 'db': given['db'], 'document': given['document'], 'part': 3, 'more': True, 'text': '\n'.join(lines) + '\n'}
with open(os.path.join(HERE, 'bundle.json'), 'w') as out:
    json.dump(vector, out, indent='\t', sort_keys=True)
    out.write('\n')
