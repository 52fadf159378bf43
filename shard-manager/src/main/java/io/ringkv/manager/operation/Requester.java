package io.ringkv.manager.operation;

/** Who wants an operation. */
public enum Requester {
    /** The manager's own rules. */
    POLICY,
    /** A person. */
    OPERATOR
}
