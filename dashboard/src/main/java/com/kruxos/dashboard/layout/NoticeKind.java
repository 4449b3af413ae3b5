package com.kruxos.dashboard.layout;

/** Whether a notice reports success or a problem. */
public enum NoticeKind {
    DONE,
    PROBLEM
}
