package com.kruxos.admin;

import com.kruxos.identity.Space;
import com.kruxos.identity.Spaces;
import com.kruxos.result.Result;
import java.util.Optional;

/** Finds Spaces, with the same refusal for unknown ones everywhere. */
final class SpaceLookup {
    private final Spaces spaces;

    SpaceLookup(Spaces spaces) {
        this.spaces = spaces;
    }

    Result<Space> find(String nameOrId) {
        return spaces.find(nameOrId)
                .map(Result::done)
                .orElseGet(() -> Result.notFound("there is no such Space", "kruxos space list shows them"));
    }

    /** A CLI command with the option for this Space. */
    String cliCommand(String command, Space space) {
        return spaces.cliCommand(command, space.id());
    }

    /** Its name; its id if it was deleted. */
    String nameOf(String id) {
        return Optional.of(id).flatMap(spaces::find).map(Space::name).orElse(id);
    }
}
