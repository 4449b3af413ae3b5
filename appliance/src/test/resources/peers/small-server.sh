# An MCP server in nothing but the shell, so that a test can have many. Its one tool, pid, says which process it is.
# With SMALL_GROWS it says right behind its first list that this has changed, and has a tool more from then on.
# With SMALL_STAYS it ignores the end of its input and every signal that can be ignored.
if [ -n "$SMALL_STAYS" ]; then
    trap '' TERM HUP INT PIPE
fi
say() {
    printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$1"
}
tools='{"name":"pid","inputSchema":{"type":"object"}}'
while read -r line; do
    id=${line#*'"id":'}
    id=${id%%[,\}]*}
    case $line in
        *'"method":"initialize"'*)
            say '{"protocolVersion":"2025-11-25","capabilities":{"tools":{"listChanged":true}},"serverInfo":{"name":"small","version":"1"}}' ;;
        *'"method":"ping"'*)
            say '{}' ;;
        *'"method":"tools/list"'*)
            say '{"tools":['"$tools"']}'
            if [ -n "$SMALL_GROWS" ]; then
                printf '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n'
                tools=$tools',{"name":"late","inputSchema":{"type":"object"}}'
                SMALL_GROWS=
            fi ;;
        *'"method":"tools/call"'*)
            say '{"content":[{"type":"text","text":"'$$'"}]}' ;;
    esac
done
while [ -n "$SMALL_STAYS" ]; do
    sleep 1000
done
