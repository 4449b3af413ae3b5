package com.kruxos.transport;

import com.kruxos.egress.ExchangeFailure;
import com.kruxos.egress.HttpRoundTrip;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;

/** The DELETE that ends a session at the server. Its outcome does not matter. */
final class SessionDeletion implements HttpRoundTrip.ResponseListener {
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final UpstreamHttpSession session;
    private final CountDownLatch answered = new CountDownLatch(1);

    SessionDeletion(UpstreamHttpSession session) {
        this.session = session;
    }

    void send(boolean mayWait) {
        var roundTrip = session.newRoundTrip(HttpMethod.DELETE, null, this);
        roundTrip.start();
        try {
            session.schedule(roundTrip::abort, TIMEOUT);
        } catch (RuntimeException e) {
            return; // the network client is closed, and has failed the request
        }
        if (mayWait) {
            DeliverySignal.await(answered, TIMEOUT.toSeconds());
        }
    }

    @Override
    public void addHeaders(HttpFields.Mutable headers, boolean sameOrigin) {
        session.addHeaders(headers, sameOrigin);
    }

    @Override
    public void onHead(int status, HttpFields headers) {
        answered.countDown();
    }

    @Override
    public String onBody(ByteBuffer chunk) {
        return "the response is not needed";
    }

    @Override
    public void onComplete() {
        answered.countDown();
    }

    @Override
    public void onFailure(ExchangeFailure failure) {
        answered.countDown();
    }
}
