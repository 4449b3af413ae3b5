package com.kruxos.identity;

/** A ticket that was just made, with its secret. Close it once it is shown. */
public final class IssuedTicket implements AutoCloseable {
    private final AccessTicket ticket;
    private final Agent agent;
    private final NewCredential secret;

    IssuedTicket(AccessTicket ticket, Agent agent, NewCredential secret) {
        this.ticket = ticket;
        this.agent = agent;
        this.secret = secret;
    }

    public AccessTicket ticket() {
        return ticket;
    }

    /** The agent it lets in. */
    public Agent agent() {
        return agent;
    }

    public NewCredential secret() {
        return secret;
    }

    @Override
    public void close() {
        secret.close();
    }

    @Override
    public String toString() {
        return "IssuedTicket[" + ticket.id() + "]";
    }
}
