package com.kruxos.operator;

import com.kruxos.admin.Check;
import com.kruxos.admin.StatusDesk;
import com.kruxos.dashboard.Frame;
import com.kruxos.dashboard.Kind;
import com.kruxos.dashboard.Level;
import com.kruxos.dashboard.Notice;
import com.kruxos.dashboard.Section;
import java.util.List;

/** What stands around every page. */
final class Frames {
    private final StatusDesk status;
    private final Proof proof;
    private final Notices notices;
    private final String version;

    Frames(StatusDesk status, Proof proof, Notices notices, String version) {
        this.status = status;
        this.proof = proof;
        this.notices = notices;
        this.version = version;
    }

    Frame of(Ask ask, Section section) {
        return of(ask.visitor(), ask.host(), section, List.of());
    }

    /** The same, with a problem of the page as a whole. */
    Frame of(Ask ask, Section section, String problem, String hint) {
        return of(ask.visitor(), ask.host(), section, List.of(new Notice(Kind.PROBLEM, problem, hint)));
    }

    Frame of(Visitor visitor, String host, Section section, List<Notice> problems) {
        return switch (visitor) {
            case Visitor.Guest guest ->
                new Frame(null, proof.of(guest.cookie()), version, host, Level.GREEN, problems, section);
            case Visitor.Seated seated ->
                new Frame(
                        seated.who().name(),
                        proof.of(seated.cookie()),
                        version,
                        host,
                        level(status.level()),
                        problems.isEmpty() ? notices.take(seated.seat().id()) : problems,
                        section);
        };
    }

    static Level level(Check.Level level) {
        return switch (level) {
            case GREEN -> Level.GREEN;
            case ADVICE -> Level.ADVICE;
            case YELLOW -> Level.YELLOW;
            case RED -> Level.RED;
        };
    }
}
