#!/usr/bin/env bash
# Usage: parallel.sh CHECKOUT WORKERS GATE... < branches
# Every branch is tested alone, several at a time; the green ones are merged and pushed without another look.
set -uo pipefail
cd "$1" || exit 2
workers=$2
shift 2
try() {
    branch=$1
    shift
    folder=../tries/$(basename "$branch")
    git worktree add -q --detach "$folder" "origin/$branch" || exit 255
    (cd "$folder" && "$@" >/dev/null </dev/null) && touch "$folder.green"
    git worktree remove --force "$folder"
}
export -f try
mkdir ../tries
branches=$(cat)
xargs -P "$workers" -I{} bash -c 'try "$@"' try {} "$@" <<<"$branches" || exit 3
for branch in $branches; do
    if [ ! -e "../tries/$(basename "$branch").green" ] || ! git merge -q --no-edit "origin/$branch" >/dev/null 2>&1; then
        git merge --abort 2>/dev/null
        echo "$branch"
    fi
done
git push -q origin HEAD:main || exit 3
