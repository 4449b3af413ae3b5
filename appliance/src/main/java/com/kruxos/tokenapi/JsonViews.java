package com.kruxos.tokenapi;

import com.kruxos.admin.AgentView;
import com.kruxos.admin.ApplianceStatus;
import com.kruxos.admin.HealthCheck;
import com.kruxos.admin.SecretAdmin;
import com.kruxos.admin.SecretView;
import com.kruxos.admin.ServerView;
import com.kruxos.admin.SessionAdmin;
import com.kruxos.admin.SpaceView;
import com.kruxos.identity.AccessTicket;
import com.kruxos.identity.AgentKey;
import com.kruxos.identity.IssuedTicket;
import com.kruxos.identity.Operator;
import com.kruxos.identity.Scope;
import com.kruxos.identity.UserToken;
import com.kruxos.server.ServerState;
import com.kruxos.server.ToolInfo;
import com.kruxos.tls.CertificateInfo;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The JSON representations of resources. A member without a value is omitted. */
final class JsonViews {
    private JsonViews() {}

    static ObjectNode newObject() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode status(ApplianceStatus status) {
        var facts = status.info();
        var view = newObject()
                .put("version", facts.version())
                .put("started", facts.started().toString())
                .put("home", facts.home());
        var health = view.putObject("health").put("state", status.level().word());
        health.putArray("checks")
                .addAll(status.checks().stream().map(JsonViews::healthCheck).toList());
        var ports = view.putObject("ports");
        new TreeMap<>(facts.ports()).forEach(ports::put);
        view.putObject("counts")
                .put("spaces", status.counts().spaces())
                .put("agents", status.counts().agents())
                .put("servers", status.counts().servers())
                .put("sessions", status.counts().sessions())
                .put("secrets", status.counts().secrets());
        view.putObject("key")
                .put("kind", facts.keyKind())
                .put("path", facts.keyPath())
                .put("plain", facts.keyIsPlainFile());
        view.putObject("audit").put("records", status.auditRecords()).put("head", status.headHash());
        return view;
    }

    static ObjectNode certificate(CertificateInfo shown) {
        var json = newObject().put("fingerprint", shown.fingerprint());
        putStrings(json, "names", shown.names());
        return json.put("begins", shown.notBefore().toString())
                .put("ends", shown.notAfter().toString())
                .put("file", shown.file().toString())
                .put("self_made", shown.selfSigned())
                .put("pem", shown.pem());
    }

    static ObjectNode space(SpaceView view) {
        return newObject()
                .put("id", view.space().id())
                .put("name", view.space().name())
                .put("created", view.space().created().toString())
                .put("agents", view.agents())
                .put("servers", view.servers())
                .put("secrets", view.secrets());
    }

    static ObjectNode agent(AgentView view) {
        var agent = view.agent();
        var json = newObject()
                .put("id", agent.id())
                .put("name", agent.name())
                .put("purpose", agent.purpose())
                .put("space", view.space())
                .put("state", agent.state().text())
                .put("created", agent.created().toString());
        putTime(json, "expires", agent.expires());
        json.putArray("keys")
                .addAll(agent.keys().stream().map(JsonViews::agentKey).toList());
        return json.put("sessions", view.sessions());
    }

    static ObjectNode ticket(AccessTicket ticket) {
        return newObject()
                .put("id", ticket.id())
                .put("last_four", ticket.lastFour())
                .put("via", ticket.via())
                .put("created", ticket.created().toString())
                .put("expires", ticket.expires().toString());
    }

    /** Without the ticket, which {@link ApiResponses#withCredential} adds as bytes. */
    static ObjectNode ticket(IssuedTicket issued) {
        return newObject()
                .put("id", issued.ticket().id())
                .put("agent", issued.agent().id())
                .put("expires", issued.ticket().expires().toString());
    }

    static ObjectNode userToken(UserToken token, Instant now) {
        var json = newObject().put("id", token.id()).put("label", token.label());
        putStrings(
                json,
                "scopes",
                token.scopes().stream().sorted().map(Scope::text).toList());
        json.put("state", token.stateAt(now).name().toLowerCase(Locale.ROOT))
                .put("created", token.created().toString());
        putTime(json, "expires", token.expires());
        putTime(json, "last_used", token.lastUsed());
        return json.put("last_four", token.lastFour());
    }

    /** @param seats the number of operator sessions */
    static ObjectNode operator(Operator operator, int seats) {
        var json = newObject()
                .put("id", operator.id())
                .put("name", operator.name())
                .put("state", operator.hasPassphrase() ? "active" : "invited")
                .put("created", operator.created().toString());
        putTime(json, "changed", operator.passphraseChanged());
        putTime(json, "last_seen", operator.lastSeen());
        return json.put("seats", seats);
    }

    static ObjectNode server(ServerView view) {
        var server = view.server();
        var json = newObject().put("id", server.id()).put("name", server.name()).put("space", view.space());
        putStrings(json, "command", server.command());
        if (server.url() != null) {
            json.put("url", server.url());
            putStringMap(json, "headers", server.headers());
        }
        putStringMap(json, "env", server.env());
        putStringMap(json, "plain_env", server.plainEnv());
        putStrings(json, "grants", server.grants().stream().sorted().toList());
        if (server.cwd() != null) {
            json.put("cwd", server.cwd());
        }
        json.put("sessions", server.perAgent() ? "per-agent" : "shared");
        json.put("offline", server.offline());
        json.put("prefix", server.prefixed()).put("enabled", server.enabled());
        json.set("state", serverState(view.state()));
        return json.put("created", server.created().toString());
    }

    static ObjectNode tool(ToolInfo tool) {
        return newObject()
                .put("name", tool.name())
                .put("upstream_name", tool.upstreamName())
                .put("title", tool.title())
                .put("description", tool.description());
    }

    static ObjectNode storedSecret(SecretAdmin.StoredSecret kept) {
        var json = newObject().put("name", kept.name().name()).put("version", kept.version());
        putStrings(json, "recycled", kept.recycledServers());
        if (kept.warning() != null) {
            json.put("warning", kept.warning());
        }
        return json;
    }

    static ObjectNode secret(SecretView view) {
        var secret = view.secret();
        var json = newObject()
                .put("name", secret.name().name())
                .put("version", secret.version())
                .put("created", secret.created().toString())
                .put("updated", secret.updated().toString());
        putStrings(json, "used_by", view.usedBy());
        return json.put("decrypts", secret.decrypts());
    }

    static ObjectNode session(SessionAdmin.SessionView view) {
        var session = view.session();
        var opening = session.caller();
        return newObject()
                .put("id", session.id())
                .put("agent", opening.agentName())
                .put("space", view.space())
                .put("client", opening.client().name())
                .put("origin", opening.origin())
                .put("key_last_four", opening.credential().lastFour())
                .put("started", session.startedAt().toString())
                .put("calls", session.requestCount())
                .put("in_flight", session.inFlight());
    }

    private static ObjectNode healthCheck(HealthCheck check) {
        var json = newObject()
                .put("name", check.name())
                .put("state", check.level().word())
                .put("detail", check.detail());
        return check.hint() == null ? json : json.put("hint", check.hint());
    }

    private static ObjectNode agentKey(AgentKey key) {
        var json = newObject()
                .put("id", key.id())
                .put("last_four", key.lastFour())
                .put("created", key.created().toString());
        return putTime(json, "expires", key.expires());
    }

    private static ObjectNode serverState(ServerState state) {
        var json = newObject().put("name", state.phase().name().toLowerCase(Locale.ROOT));
        if (state.detail() != null) {
            json.put("detail", state.detail());
        }
        if (state.hint() != null) {
            json.put("hint", state.hint());
        }
        json.put("since", state.since().toString());
        if (state.pid() != null) {
            json.put("pid", state.pid());
        }
        return json.put("tools", state.toolCount());
    }

    private static void putStrings(ObjectNode json, String name, Collection<String> texts) {
        var array = json.putArray(name);
        texts.forEach(array::add);
    }

    private static void putStringMap(ObjectNode json, String name, Map<String, String> map) {
        var object = json.putObject(name);
        new TreeMap<>(map).forEach(object::put);
    }

    private static ObjectNode putTime(ObjectNode json, String name, @Nullable Instant time) {
        return time == null ? json : json.put(name, time.toString());
    }
}
