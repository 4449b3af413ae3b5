package com.kruxos.tokenapi;

import com.kruxos.admin.AgentView;
import com.kruxos.admin.Check;
import com.kruxos.admin.SecretAdmin;
import com.kruxos.admin.SecretView;
import com.kruxos.admin.ServerView;
import com.kruxos.admin.SessionDesk;
import com.kruxos.admin.SpaceView;
import com.kruxos.admin.Status;
import com.kruxos.identity.AccessTicket;
import com.kruxos.identity.AgentKey;
import com.kruxos.identity.IssuedTicket;
import com.kruxos.identity.Operator;
import com.kruxos.identity.Scope;
import com.kruxos.identity.UserToken;
import com.kruxos.server.ServerState;
import com.kruxos.server.ToolInfo;
import com.kruxos.tls.Shown;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How things look in JSON. A member without a value is left out. */
final class Views {
    private Views() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode status(Status status) {
        var facts = status.facts();
        var view = object().put("version", facts.version())
                .put("started", facts.started().toString())
                .put("home", facts.home());
        var health = view.putObject("health").put("state", status.level().text());
        health.putArray("checks")
                .addAll(status.checks().stream().map(Views::check).toList());
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
                .put("plain", facts.keyIsPlain());
        view.putObject("audit").put("records", status.records()).put("head", status.head());
        return view;
    }

    static ObjectNode certificate(Shown shown) {
        var json = object().put("fingerprint", shown.fingerprint());
        texts(json, "names", shown.names());
        return json.put("begins", shown.begins().toString())
                .put("ends", shown.ends().toString())
                .put("file", shown.file().toString())
                .put("self_made", shown.selfMade())
                .put("pem", shown.pem());
    }

    static ObjectNode space(SpaceView view) {
        return object().put("id", view.space().id())
                .put("name", view.space().name())
                .put("created", view.space().created().toString())
                .put("agents", view.agents())
                .put("servers", view.servers())
                .put("secrets", view.secrets());
    }

    static ObjectNode agent(AgentView view) {
        var agent = view.agent();
        var json = object().put("id", agent.id())
                .put("name", agent.name())
                .put("purpose", agent.purpose())
                .put("space", view.space())
                .put("state", agent.state().text())
                .put("created", agent.created().toString());
        time(json, "expires", agent.expires());
        json.putArray("keys").addAll(agent.keys().stream().map(Views::key).toList());
        return json.put("sessions", view.sessions());
    }

    static ObjectNode ticket(AccessTicket ticket) {
        return object().put("id", ticket.id())
                .put("last_four", ticket.lastFour())
                .put("via", ticket.via())
                .put("created", ticket.created().toString())
                .put("expires", ticket.expires().toString());
    }

    /** Without the ticket itself, which is added as bytes. */
    static ObjectNode ticket(IssuedTicket issued) {
        return object().put("id", issued.ticket().id())
                .put("agent", issued.agent().id())
                .put("expires", issued.ticket().expires().toString());
    }

    static ObjectNode userToken(UserToken token, Instant now) {
        var json = object().put("id", token.id()).put("label", token.label());
        texts(json, "scopes", token.scopes().stream().sorted().map(Scope::text).toList());
        json.put("state", token.stateAt(now).name().toLowerCase(Locale.ROOT))
                .put("created", token.created().toString());
        time(json, "expires", token.expires());
        time(json, "last_used", token.lastUsed());
        return json.put("last_four", token.lastFour());
    }

    /** {@code seats} is in how many browsers they are signed in. */
    static ObjectNode operator(Operator operator, int seats) {
        var json = object().put("id", operator.id())
                .put("name", operator.name())
                .put("state", operator.hasPassphrase() ? "active" : "invited")
                .put("created", operator.created().toString());
        time(json, "changed", operator.passphraseChanged());
        time(json, "last_seen", operator.lastSeen());
        return json.put("seats", seats);
    }

    static ObjectNode server(ServerView view) {
        var server = view.server();
        var json = object().put("id", server.id()).put("name", server.name()).put("space", view.space());
        texts(json, "command", server.command());
        if (server.url() != null) {
            json.put("url", server.url());
            map(json, "headers", server.headers());
        }
        map(json, "env", server.env());
        map(json, "plain_env", server.plainEnv());
        texts(json, "grants", server.grants().stream().sorted().toList());
        if (server.cwd() != null) {
            json.put("cwd", server.cwd());
        }
        json.put("sessions", server.perAgent() ? "per-agent" : "shared");
        json.put("offline", server.offline());
        json.put("prefix", server.prefixed()).put("enabled", server.enabled());
        json.set("state", state(view.state()));
        return json.put("created", server.created().toString());
    }

    static ObjectNode tool(ToolInfo tool) {
        return object().put("name", tool.name())
                .put("upstream_name", tool.upstreamName())
                .put("title", tool.title())
                .put("description", tool.description());
    }

    static ObjectNode kept(SecretAdmin.Kept kept) {
        var json = object().put("name", kept.name().name()).put("version", kept.version());
        texts(json, "recycled", kept.recycled());
        if (kept.warning() != null) {
            json.put("warning", kept.warning());
        }
        return json;
    }

    static ObjectNode secret(SecretView view) {
        var secret = view.secret();
        var json = object().put("name", secret.name().name())
                .put("version", secret.version())
                .put("created", secret.created().toString())
                .put("updated", secret.updated().toString());
        texts(json, "used_by", view.usedBy());
        return json.put("decrypts", secret.decrypts());
    }

    static ObjectNode session(SessionDesk.View view) {
        var session = view.session();
        var opening = session.connectionInfo();
        return object().put("id", session.id())
                .put("agent", opening.agentName())
                .put("space", view.space())
                .put("client", session.clientInfo())
                .put("origin", opening.origin())
                .put("key_last_four", opening.lastFour())
                .put("started", opening.startedAt().toString())
                .put("calls", session.requestCount())
                .put("in_flight", session.inFlight());
    }

    private static ObjectNode check(Check check) {
        var json = object().put("name", check.name())
                .put("state", check.level().text())
                .put("detail", check.detail());
        return check.hint() == null ? json : json.put("hint", check.hint());
    }

    private static ObjectNode key(AgentKey key) {
        var json = object().put("id", key.id())
                .put("last_four", key.lastFour())
                .put("created", key.created().toString());
        return time(json, "expires", key.expires());
    }

    private static ObjectNode state(ServerState state) {
        var json = object().put("name", state.phase().name().toLowerCase(Locale.ROOT));
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

    private static void texts(ObjectNode json, String name, Collection<String> texts) {
        var array = json.putArray(name);
        texts.forEach(array::add);
    }

    private static void map(ObjectNode json, String name, Map<String, String> map) {
        var object = json.putObject(name);
        new TreeMap<>(map).forEach(object::put);
    }

    private static ObjectNode time(ObjectNode json, String name, @Nullable Instant time) {
        return time == null ? json : json.put(name, time.toString());
    }
}
