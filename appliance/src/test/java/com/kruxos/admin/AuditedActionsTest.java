package com.kruxos.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.audit.AuditEntry;
import com.kruxos.audit.Details;
import com.kruxos.audit.Durability;
import com.kruxos.result.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class AuditedActionsTest {
    private static final AdminAction ACTION =
            AdminAction.of(AdminFixture.root(), "agent.revoke", "agt_1").inSpace("spc_1");

    private final List<String> order = new ArrayList<>();
    private final List<AuditEntry> entries = new ArrayList<>();
    private int failAt = -1;

    private final AuditedActions actions = new AuditedActions((entry, durability) -> {
        if (entries.size() == failAt) {
            throw new IllegalStateException("no room");
        }
        entries.add(entry);
        order.add(entry.kind() + " " + entry.outcome() + " " + durability);
        return entries.size();
    });

    /** Fails when {@code perform} makes the change first, or writes a record with less than {@code SYNCED}. */
    @Test
    void theIntentIsSyncedBeforeTheChangeAndTheOutcomeAfterIt() {
        actions.perform(
                ACTION,
                () -> {
                    order.add("change");
                    return Result.done(3);
                },
                count -> Details.none().with("sessions", count));

        assertThat(order).containsExactly("admin.opened open SYNCED", "change", "admin.closed done SYNCED");
        var closed = entries.getLast();
        assertThat(closed.target()).isEqualTo("agt_1");
        assertThat(closed.space()).isEqualTo("spc_1");
        assertThat(closed.principal()).isEqualTo(AdminFixture.root());
        assertThat(closed.details().json()).isEqualTo("{\"opened\":1,\"sessions\":3}");
    }

    /** Fails when {@code perform} catches the failure of the intent. */
    @Test
    void nothingIsChangedIfTheIntentCannotBeRecorded() {
        failAt = 0;
        var changed = new AtomicBoolean();

        assertThatThrownBy(() -> actions.perform(ACTION, () -> {
                    changed.set(true);
                    return Result.done(1);
                }))
                .hasMessage("no room");
        assertThat(changed).isFalse();
    }

    /** Fails without the wipe in {@code recordOutcome}. */
    @Test
    void aResultIsWipedIfItsOutcomeCannotBeRecorded() {
        failAt = 1;
        var wiped = new AtomicBoolean();
        AutoCloseable key = () -> wiped.set(true);

        assertThatThrownBy(() -> actions.perform(ACTION, () -> Result.done(key)))
                .hasMessage("no room");
        assertThat(wiped).isTrue();
    }

    @Test
    void aRefusalIsRecordedWithItsReason() {
        actions.perform(ACTION, () -> Result.conflict("already revoked", "nothing to do"));

        assertThat(order.getLast()).isEqualTo("admin.closed refused " + Durability.SYNCED);
        assertThat(entries.getLast().details().json()).contains("already revoked");
    }

    /** Fails when {@code perform} records the message of an exception, which may quote input. */
    @Test
    void aFailureIsRecordedByTypeAndRethrown() {
        assertThatThrownBy(() -> actions.perform(ACTION, () -> {
                    throw new IllegalStateException("hunter2");
                }))
                .hasMessage("hunter2");

        assertThat(order.getLast()).isEqualTo("admin.closed failed " + Durability.SYNCED);
        assertThat(entries.getLast().details().json())
                .contains("IllegalStateException")
                .doesNotContain("hunter2");
    }
}
