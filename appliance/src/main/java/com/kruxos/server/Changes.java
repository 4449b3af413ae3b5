package com.kruxos.server;

import com.kruxos.rpc.Kind;

/** Told that a list of a Space is another one now. */
public interface Changes {
    void changed(String space, Kind kind);
}
