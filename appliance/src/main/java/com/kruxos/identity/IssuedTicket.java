package com.kruxos.identity;

/** A new ticket with its secret. Close it after the secret is shown. */
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
