#!/bin/sh
# Makes certificates with es-gencert-cli: make-certificates.sh [--renew] FOLDER NODE...
#
#   FOLDER/authority   the authority's certificate and key, made once; nobody else needs this folder
#   FOLDER/trust       the authority's certificate, for all who talk to a node
#   FOLDER/NODE        certificate and key of that node, made once, or anew by the same authority with --renew
#
# The folders are there already. Each certificate is put in place behind its key, so that one that is there is whole.
set -eu

authority_days=3650
node_days=365
node_user=1000 # as whom EventStoreDB's image runs

renew=false
if [ "$1" = --renew ]; then
  renew=true
  shift
fi
folder=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make_authority() {
  es-gencert-cli create-ca -days "$authority_days" -out "$work/ca"
  # The tool's exit code says nothing here, but cp's does.
  cp -f "$work/ca/ca.key" "$folder/authority/new.key"
  cp -f "$work/ca/ca.crt" "$folder/authority/new.crt"
  chmod 0400 "$folder/authority/new.key"
  mv -f "$folder/authority/new.key" "$folder/authority/ca.key"
  mv -f "$folder/authority/new.crt" "$folder/authority/ca.crt"
}

make_certificate() {
  es-gencert-cli create-node -ca-certificate "$folder/authority/ca.crt" -ca-key "$folder/authority/ca.key" \
    -days "$node_days" -dns-names "$1,localhost" -ip-addresses 127.0.0.1 -out "$work/$1"
  cp -f "$work/$1/node.key" "$folder/$1/new.key"
  cp -f "$work/$1/node.crt" "$folder/$1/new.crt"
  chmod 0400 "$folder/$1/new.key"
  chmod 0444 "$folder/$1/new.crt"
  chown "$node_user" "$folder/$1/new.key" "$folder/$1/new.crt"
  mv -f "$folder/$1/new.key" "$folder/$1/node.key"
  mv -f "$folder/$1/new.crt" "$folder/$1/node.crt"
}

[ -s "$folder/authority/ca.crt" ] || make_authority
cp -f "$folder/authority/ca.crt" "$folder/trust/new"
chmod 0444 "$folder/trust/new"
mv -f "$folder/trust/new" "$folder/trust/ca.crt"

for node in "$@"; do
  if [ "$renew" = true ] || [ ! -s "$folder/$node/node.crt" ]; then
    make_certificate "$node"
  fi
done
