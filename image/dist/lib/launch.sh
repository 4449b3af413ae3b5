# What the launcher of a checkout and that of the package have in common: which main a command line is for, and how Java
# is run for it. Sourced with the command line as positional parameters, class_path, and flags, the folder of this file.
# Afterwards these are the arguments of Java, and kind is server, client or offline. Plain POSIX: a box may have no bash.

kind=client main=com.kruxos.cli.Kruxos

# The first two words. Options every command takes may stand before and between them.
first='' second='' file='' value='' number=0 named=0
for word in "$@"; do
    number=$((number + 1))
    case $word in
        --file | --file=*) file=yes ;;
    esac
    if [ -n "$value" ]; then
        value=''
        continue
    fi
    case $word in
        --home) value=next ;;
        -*) ;;
        *)
            if [ -z "$first" ]; then
                first=$word named=$number
            elif [ -z "$second" ]; then
                second=$word
            fi
            ;;
    esac
done

case $first in
    up) kind=server main=com.kruxos.firstboot.UpCommand ;;
    setup) kind=server main=com.kruxos.firstboot.SetupCommand ;;
    serve) kind=server main=com.kruxos.Main ;;
    audit) [ "$second$file" != verifyyes ] || kind=offline main=com.kruxos.Main ;;
esac

# A main that does one thing is not told its name. Each word goes from the front to the end, so that all stay whole.
case $first in
    up | setup)
        number=0
        for word in "$@"; do
            number=$((number + 1))
            shift
            [ "$number" -eq "$named" ] || set -- "$@" "$word"
        done
        ;;
esac

set -- -cp "$class_path" "$main" "$@"
case $kind in
    server) set -- @"$flags/server.flags" "$@" ;;
    client) set -- @"$flags/client.flags" "$@" ;;
    # Checking a record offline opens its database, whose engine is native.
    offline) set -- @"$flags/client.flags" --enable-native-access=ALL-UNNAMED "$@" ;;
esac

if [ -t 1 ] && [ -z "${COLUMNS:-}" ]; then
    size=$(stty size 2>/dev/null </dev/tty) && export COLUMNS="${size#* }"
fi
# In a POSIX locale Java would write question marks for other letters in a server's arguments.
export LC_ALL="${LC_ALL:-C.UTF-8}"
