package com.kruxos.dashboard;

/** Whether a notice tells of something done or of something that went wrong. */
public enum Kind {
    DONE,
    PROBLEM
}
