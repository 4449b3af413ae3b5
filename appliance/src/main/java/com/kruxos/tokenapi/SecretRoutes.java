package com.kruxos.tokenapi;

import com.kruxos.admin.SecretAdmin;

/** {@code /secrets} */
final class SecretRoutes {
    private final SecretAdmin secrets;

    SecretRoutes(SecretAdmin secrets) {
        this.secrets = secrets;
    }

    Reply list(Ask ask) {
        return Reply.of(
                secrets.list(ask.who(), ask.space(), ask.query("server").orElse(null)),
                views -> Page.of(ask, views, view -> view.secret().name().name(), Views::secret));
    }

    Reply put(Ask ask) {
        return Reply.of(
                secrets.put(ask.who(), ask.space(), name(ask), ask.octets(), ask.flag("allow_short")),
                kept -> Reply.ok(Views.kept(kept)).tagged(Tag.version(kept.version())));
    }

    Reply get(Ask ask) {
        return Reply.of(secrets.get(ask.who(), ask.space(), name(ask)), lease -> {
            try (lease) {
                return Reply.octets(lease.value()).tagged(Tag.version(lease.version()));
            }
        });
    }

    /** Only its version: what tags are compared with. */
    Reply tag(Ask ask) {
        return secrets.version(ask.space(), name(ask))
                .map(version -> Reply.ok(Views.object()).tagged(Tag.version(version)))
                .orElseGet(Reply::absent);
    }

    Reply delete(Ask ask) {
        return Reply.of(secrets.delete(ask.who(), ask.space(), name(ask)), SecretRoutes::deleted);
    }

    Reply deleteScope(Ask ask) {
        return Reply.of(secrets.deleteScope(ask.who(), ask.space(), ask.path("scope")), SecretRoutes::deleted);
    }

    private static String name(Ask ask) {
        return ask.path("scope") + "/" + ask.path("key");
    }

    private static Reply deleted(int count) {
        return Reply.ok(Views.object().put("deleted", count).put("note", SecretAdmin.BACKUP_NOTE));
    }
}
