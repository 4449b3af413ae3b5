package com.kruxos.tokenapi;

import com.kruxos.admin.SecretAdmin;
import com.kruxos.web.http.ETag;
import com.kruxos.web.http.WebResponse;

/** {@code /secrets} */
final class SecretRoutes {
    private final SecretAdmin secrets;

    SecretRoutes(SecretAdmin secrets) {
        this.secrets = secrets;
    }

    WebResponse list(ApiRequest request) {
        return ApiResponses.fromResult(
                secrets.list(
                        request.principal(),
                        request.space(),
                        request.query("server").orElse(null)),
                views ->
                        ListPage.of(request, views, view -> view.secret().name().name(), JsonViews::secret));
    }

    WebResponse put(ApiRequest request) {
        return ApiResponses.fromResult(
                secrets.put(
                        request.principal(),
                        request.space(),
                        secretName(request),
                        request.bodyBytes(),
                        request.queryFlag("allow_short")),
                kept -> ApiResponses.ok(JsonViews.storedSecret(kept)).withETag(ETag.ofVersion(kept.version())));
    }

    WebResponse get(ApiRequest request) {
        return ApiResponses.fromResult(
                secrets.get(request.principal(), request.space(), secretName(request)), lease -> {
                    try (lease) {
                        return ApiResponses.octetStream(lease.value()).withETag(ETag.ofVersion(lease.version()));
                    }
                });
    }

    /** The ETag alone, without reading the value. */
    WebResponse version(ApiRequest request) {
        return secrets.currentVersion(request.space(), secretName(request))
                .map(version -> ApiResponses.ok(JsonViews.newObject()).withETag(ETag.ofVersion(version)))
                .orElseGet(() -> WebResponse.empty(404));
    }

    WebResponse delete(ApiRequest request) {
        return ApiResponses.fromResult(
                secrets.delete(request.principal(), request.space(), secretName(request)),
                SecretRoutes::deletionResponse);
    }

    WebResponse deleteScope(ApiRequest request) {
        return ApiResponses.fromResult(
                secrets.deleteScope(request.principal(), request.space(), request.pathValue("scope")),
                SecretRoutes::deletionResponse);
    }

    private static String secretName(ApiRequest request) {
        return request.pathValue("scope") + "/" + request.pathValue("key");
    }

    private static WebResponse deletionResponse(int count) {
        return ApiResponses.ok(JsonViews.newObject().put("deleted", count).put("note", SecretAdmin.BACKUP_NOTE));
    }
}
