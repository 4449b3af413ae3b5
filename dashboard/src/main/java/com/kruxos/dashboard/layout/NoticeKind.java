package com.kruxos.dashboard.layout;

/** Whether a notice tells of something done or of something that went wrong. */
public enum NoticeKind {
    DONE,
    PROBLEM
}
