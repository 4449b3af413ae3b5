# Shared by the launchers of a checkout and of the package: selects the main class for a command line and the Java options.
# Sourced with the command line as positional parameters, and the variables class_path and flags (the folder of this file).
# Afterwards the positional parameters are the arguments of java, and kind is server, client or offline. Plain POSIX sh.

kind=client main=com.kruxos.cli.Kruxos

# The first two words; global options may come before and between them.
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

# Remove the name of the command for its own main class. Rotating the words keeps each of them intact.
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
    # Offline verification opens the database, which needs the native library.
    offline) set -- @"$flags/client.flags" --enable-native-access=ALL-UNNAMED "$@" ;;
esac

if [ -t 1 ] && [ -z "${COLUMNS:-}" ]; then
    size=$(stty size 2>/dev/null </dev/tty) && export COLUMNS="${size#* }"
fi
# In the POSIX locale Java would replace non-ASCII letters in a server's arguments by question marks.
export LC_ALL="${LC_ALL:-C.UTF-8}"
