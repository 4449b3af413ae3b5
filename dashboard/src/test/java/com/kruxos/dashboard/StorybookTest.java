package com.kruxos.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.dashboard.layout.Assets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Writes every story to {@code target/storybook}, readable in a browser without a server. */
class StorybookTest {
    private static final Path FOLDER = Path.of("target/storybook");

    @Test
    void everyStoryIsWrittenToAFile() throws IOException {
        Files.createDirectories(FOLDER.resolve("assets"));
        for (var asset : Assets.all()) {
            Files.write(FOLDER.resolve(asset.path().substring(1)), asset.bytes());
        }
        var stories = Storybook.stories();
        for (var story : stories) {
            Files.writeString(FOLDER.resolve(story.name() + ".html"), withRelativeAssets(story));
        }
        Files.writeString(
                FOLDER.resolve("index.html"),
                stories.stream()
                        .map(story -> "<li><a href=\"" + story.name() + ".html\">" + story.name() + "</a></li>\n")
                        .collect(Collectors.joining(
                                "",
                                "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Storybook</title>\n<ul>\n",
                                "</ul></html>\n")));

        assertThat(stories).extracting(Story::name).doesNotHaveDuplicates().hasSizeGreaterThan(40);
        assertThat(FOLDER.resolve("home-green.html")).content().contains("href=\"assets/app.");
    }

    /** A server has the assets at its root; these files refer to the folder next to them. */
    private static String withRelativeAssets(Story story) {
        var html = new String(story.bytes(), StandardCharsets.UTF_8);
        return (story.isPage()
                        ? html
                        : "<!DOCTYPE html><link rel=\"stylesheet\" href=\"" + Assets.STYLE.path() + "\">" + html)
                .replace("\"/assets/", "\"assets/");
    }
}
