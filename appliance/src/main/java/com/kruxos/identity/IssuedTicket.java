package com.kruxos.identity;

/** A ticket that was just made, with its secret. Close it once it is shown. */
public final class IssuedTicket implements AutoCloseable {
    private final Ticket ticket;
    private final Agent agent;
    private final OneTimeKey secret;

    IssuedTicket(Ticket ticket, Agent agent, OneTimeKey secret) {
        this.ticket = ticket;
        this.agent = agent;
        this.secret = secret;
    }

    public Ticket ticket() {
        return ticket;
    }

    /** The agent it lets in. */
    public Agent agent() {
        return agent;
    }

    public OneTimeKey secret() {
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
