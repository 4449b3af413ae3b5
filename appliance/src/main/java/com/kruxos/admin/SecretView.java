package com.kruxos.admin;

import com.kruxos.vault.SecretInfo;
import java.util.List;

/**
 * A secret without its value.
 *
 * @param usedBy the names of the servers that may read it
 */
public record SecretView(SecretInfo secret, List<String> usedBy) {
    public SecretView {
        usedBy = List.copyOf(usedBy);
    }
}
