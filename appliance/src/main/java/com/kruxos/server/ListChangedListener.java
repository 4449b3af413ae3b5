package com.kruxos.server;

import com.kruxos.rpc.FeatureKind;

/** Called when agents of a Space should read a list again. */
public interface ListChangedListener {
    void onListChanged(String spaceId, FeatureKind kind);
}
