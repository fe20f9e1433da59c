#!/bin/sh
# Makes one cluster of the three nodes, once; safe to repeat. Not run by the tests. Run in the folder of compose.yaml, with its .env:
#   docker compose exec -T couchdb1 sh -s < join.sh
set -eu
admin="http://admin:${COUCHDB_PASSWORD}@127.0.0.1:5984"
say() { curl -fsS -X POST -H 'Content-Type: application/json' "$admin/_cluster_setup" -d "$1"; }
for node in couchdb2 couchdb3; do
	say "{\"action\":\"enable_cluster\",\"bind_address\":\"0.0.0.0\",\"username\":\"admin\",\"password\":\"${COUCHDB_PASSWORD}\",\"port\":5984,\"node_count\":\"3\",\"remote_node\":\"$node.saddlebag\",\"remote_current_user\":\"admin\",\"remote_current_password\":\"${COUCHDB_PASSWORD}\"}" || true
	say "{\"action\":\"add_node\",\"host\":\"$node.saddlebag\",\"port\":5984,\"username\":\"admin\",\"password\":\"${COUCHDB_PASSWORD}\"}" || true
done
say '{"action":"finish_cluster"}' || true
curl -fsS "$admin/_membership"
