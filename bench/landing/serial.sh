#!/usr/bin/env bash
# Usage: serial.sh CHECKOUT GATE... < branches
# One branch after the other: merge, run the whole suite, push; or take the merge back.
set -uo pipefail
cd "$1" || exit 2
shift
while read -r branch; do
    before=$(git rev-parse HEAD)
    if git merge -q --no-edit "origin/$branch" >/dev/null 2>&1 && "$@" >/dev/null </dev/null; then
        git push -q origin HEAD:main || exit 3
    else
        git merge --abort 2>/dev/null
        git reset -q --hard "$before" || exit 3
        echo "$branch"
    fi
done
