# An MCP server that needs nothing but perl-base: its one tool runs a line of shell and answers what that said, and takes
# as many MiB for itself as it is told to.
my $taken;
$| = 1;
while (<STDIN>) {
    my ($id) = /"id":("[^"]*"|\d+)/ or next;
    my $result = '{}';
    if (/"method":"initialize"/) {
        $result = '{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"p","version":"1"}}';
    } elsif (/"tools\/list"/) {
        $result = '{"tools":[{"name":"sh","description":"runs","inputSchema":{"type":"object"}}]}';
    } elsif (/"tools\/call"/) {
        $taken = 'x' x ($1 << 20) if /"take":(\d+)/;
        my ($line) = /"line":"([^"]*)"/;
        my $said = `exec 2>&1; $line`;
        $said =~ s/([^ -~]|["\\])/sprintf '\\u%04x', ord $1/ge;
        $result = qq({"content":[{"type":"text","text":"$said"}]});
    }
    print qq({"jsonrpc":"2.0","id":$id,"result":$result}\n);
}
