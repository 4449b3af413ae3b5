package com.kruxos.server;

import com.kruxos.rpc.FeatureKind;

/** Told that a list of a Space is another one now. */
public interface ListChangedListener {
    void onListChanged(String space, FeatureKind kind);
}
