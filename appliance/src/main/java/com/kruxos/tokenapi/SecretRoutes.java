package com.kruxos.tokenapi;

import com.kruxos.admin.SecretAdmin;
import com.kruxos.web.http.ETag;

/** {@code /secrets} */
final class SecretRoutes {
    private final SecretAdmin secrets;

    SecretRoutes(SecretAdmin secrets) {
        this.secrets = secrets;
    }

    ApiResponse list(ApiRequest ask) {
        return ApiResponse.fromResult(
                secrets.list(ask.principal(), ask.space(), ask.query("server").orElse(null)),
                views -> ListPage.of(ask, views, view -> view.secret().name().name(), JsonViews::secret));
    }

    ApiResponse put(ApiRequest ask) {
        return ApiResponse.fromResult(
                secrets.put(
                        ask.principal(), ask.space(), secretName(ask), ask.bodyBytes(), ask.queryFlag("allow_short")),
                kept -> ApiResponse.ok(JsonViews.storedSecret(kept)).withETag(ETag.ofVersion(kept.version())));
    }

    ApiResponse get(ApiRequest ask) {
        return ApiResponse.fromResult(secrets.get(ask.principal(), ask.space(), secretName(ask)), lease -> {
            try (lease) {
                return ApiResponse.octetStream(lease.value()).withETag(ETag.ofVersion(lease.version()));
            }
        });
    }

    /** Only its version: what tags are compared with. */
    ApiResponse version(ApiRequest ask) {
        return secrets.currentVersion(ask.space(), secretName(ask))
                .map(version -> ApiResponse.ok(JsonViews.newObject()).withETag(ETag.ofVersion(version)))
                .orElseGet(ApiResponse::emptyNotFound);
    }

    ApiResponse delete(ApiRequest ask) {
        return ApiResponse.fromResult(
                secrets.delete(ask.principal(), ask.space(), secretName(ask)), SecretRoutes::deletionResponse);
    }

    ApiResponse deleteScope(ApiRequest ask) {
        return ApiResponse.fromResult(
                secrets.deleteScope(ask.principal(), ask.space(), ask.pathValue("scope")),
                SecretRoutes::deletionResponse);
    }

    private static String secretName(ApiRequest ask) {
        return ask.pathValue("scope") + "/" + ask.pathValue("key");
    }

    private static ApiResponse deletionResponse(int count) {
        return ApiResponse.ok(JsonViews.newObject().put("deleted", count).put("note", SecretAdmin.BACKUP_NOTE));
    }
}
