package com.kruxos.admin;

import com.kruxos.identity.Space;
import com.kruxos.identity.Spaces;
import com.kruxos.result.Result;
import java.util.Optional;

/** Finds the Space a question is about, so that every subject refuses an unknown one in the same words. */
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

    /** A command as a person types it about this Space. */
    String cliCommand(String command, Space space) {
        return spaces.cliCommand(command, space.id());
    }

    /** Its name; its id when it was deleted meanwhile. */
    String nameOf(String id) {
        return Optional.of(id).flatMap(spaces::find).map(Space::name).orElse(id);
    }
}
