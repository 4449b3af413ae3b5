// A server that offers what the conformance suite asks for, over stdio. It uses the low-level server of the official
// SDK, so that schemas leave it as they are written here.
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import {
    CallToolRequestSchema,
    CompleteRequestSchema,
    ErrorCode,
    GetPromptRequestSchema,
    ListPromptsRequestSchema,
    ListResourcesRequestSchema,
    ListResourceTemplatesRequestSchema,
    ListToolsRequestSchema,
    McpError,
    ReadResourceRequestSchema,
    SetLevelRequestSchema,
    SubscribeRequestSchema,
    UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";

const DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
const SILENCE = "UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=";
const PAUSE = 50;

const text = (words) => ({ type: "text", text: words });
const image = () => ({ type: "image", data: DOT, mimeType: "image/png" });
const embedded = (uri, mimeType, words) => ({ type: "resource", resource: { uri, mimeType, text: words } });
const pause = () => new Promise((done) => setTimeout(done, PAUSE));
const option = (value, title) => ({ const: value, title });
const strings = (...names) => ({
    type: "object",
    properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])),
    required: names,
});

const modern = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    $defs: {
        address: {
            $anchor: "addressDef",
            type: "object",
            properties: { street: { type: "string" }, city: { type: "string" } },
        },
    },
    properties: {
        name: { type: "string" },
        address: { $ref: "#/$defs/address" },
        contactMethod: { type: "string", enum: ["phone", "email"] },
        phone: { type: "string" },
        email: { type: "string" },
    },
    allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
    if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
    then: { required: ["phone"] },
    else: { required: ["email"] },
    additionalProperties: false,
};

const defaults = {
    type: "object",
    properties: {
        name: { type: "string", default: "John Doe" },
        age: { type: "integer", default: 30 },
        score: { type: "number", default: 95.5 },
        status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
        verified: { type: "boolean", default: true },
    },
};

const choices = ["option1", "option2", "option3"];
const titled = [option("value1", "First"), option("value2", "Second"), option("value3", "Third")];
const enums = {
    type: "object",
    properties: {
        untitledSingle: { type: "string", enum: choices },
        titledSingle: { type: "string", oneOf: titled },
        legacyEnum: { type: "string", enum: ["opt1", "opt2"], enumNames: ["One", "Two"] },
        untitledMulti: { type: "array", items: { type: "string", enum: choices } },
        titledMulti: { type: "array", items: { anyOf: titled } },
    },
};

const asked = async (context, words, requestedSchema) => {
    const answer = await context.ask("elicitation/create", { message: words, requestedSchema });
    return [text(`Elicitation completed: action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`)];
};

const tools = {
    test_simple_text: ["Says a sentence", strings(), () => [text("This is a simple text response for testing.")]],
    test_image_content: ["Shows a dot", strings(), () => [image()]],
    test_audio_content: ["Is silent", strings(), () => [{ type: "audio", data: SILENCE, mimeType: "audio/wav" }]],
    test_embedded_resource: [
        "Hands over a resource",
        strings(),
        () => [embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")],
    ],
    test_multiple_content_types: [
        "Hands over one of each",
        strings(),
        () => [
            text("Multiple content types test:"),
            image(),
            embedded("test://mixed-content-resource", "application/json", '{"test":"data","value":123}'),
        ],
    ],
    test_tool_with_logging: [
        "Logs while it works",
        strings(),
        async (context) => {
            for (const words of ["Tool execution started", "Tool processing data", "Tool execution completed"]) {
                await context.tell("notifications/message", { level: "info", logger: "fixture", data: words });
                await pause();
            }
            return [text("done, with logs")];
        },
    ],
    test_error_handling: [
        "Fails",
        strings(),
        () => {
            throw new Error("This tool intentionally returns an error for testing");
        },
    ],
    test_tool_with_progress: [
        "Tells how far it is",
        strings(),
        async (context) => {
            for (const progress of [0, 50, 100]) {
                if (context.progressToken !== undefined) {
                    const progressToken = context.progressToken;
                    await context.tell("notifications/progress", { progressToken, progress, total: 100 });
                }
                await pause();
            }
            return [text("done, with progress")];
        },
    ],
    test_sampling: [
        "Asks the agent's model",
        strings("prompt"),
        async (context, { prompt }) => {
            const messages = [{ role: "user", content: text(prompt) }];
            const answer = await context.ask("sampling/createMessage", { messages, maxTokens: 100 });
            return [text(`LLM response: ${answer.content.text}`)];
        },
    ],
    test_elicitation: [
        "Asks the person",
        strings("message"),
        async (context, { message }) => {
            const requestedSchema = strings("username", "email");
            const answer = await context.ask("elicitation/create", { message, requestedSchema });
            return [text(`User response: ${JSON.stringify(answer)}`)];
        },
    ],
    test_elicitation_sep1034_defaults: [
        "Asks with defaults",
        strings(),
        (context) => asked(context, "Please look these over", defaults),
    ],
    test_elicitation_sep1330_enums: [
        "Asks for choices",
        strings(),
        (context) => asked(context, "Please choose", enums),
    ],
    test_reconnection: [
        "Takes so long that the answer comes on a stream",
        strings(),
        async () => {
            await new Promise((done) => setTimeout(done, 1500));
            return [text("done, after a while")];
        },
    ],
    json_schema_2020_12_tool: ["Takes a modern schema", modern, () => [text("taken")]],
};

const resources = {
    "test://static-text": {
        name: "Static text",
        mimeType: "text/plain",
        text: "This is the content of the static text resource.",
    },
    "test://static-binary": { name: "Static dot", mimeType: "image/png", blob: DOT },
    "test://watched-resource": { name: "Watched", mimeType: "text/plain", text: "It may change." },
};

const prompts = {
    test_simple_prompt: [[], () => [text("This is a simple prompt for testing.")]],
    test_prompt_with_arguments: [
        ["arg1", "arg2"],
        ({ arg1, arg2 }) => [text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)],
    ],
    test_prompt_with_embedded_resource: [
        ["resourceUri"],
        ({ resourceUri }) => [
            embedded(resourceUri, "text/plain", "Embedded resource content for testing."),
            text("Please process the embedded resource above."),
        ],
    ],
    test_prompt_with_image: [[], () => [image(), text("Please analyze the image above.")]],
};

const server = new Server(
    { name: "fixture", version: "1.0.0" },
    {
        capabilities: {
            tools: {},
            resources: { subscribe: true },
            prompts: {},
            completions: {},
            logging: {},
        },
    },
);
const handle = (schema, answer) => server.setRequestHandler(schema, answer);
const unknown = (what) => new McpError(ErrorCode.InvalidParams, `there is no ${what}`);

handle(ListToolsRequestSchema, () => ({
    tools: Object.entries(tools).map(([name, [description, inputSchema]]) => ({ name, description, inputSchema })),
}));
handle(CallToolRequestSchema, async ({ params }, extra) => {
    const tool = tools[params.name];
    if (!tool) {
        throw unknown("such tool");
    }
    const context = {
        progressToken: params._meta?.progressToken,
        tell: (method, told) => extra.sendNotification({ method, params: told }),
        ask: (method, question) =>
            method === "elicitation/create" ? server.elicitInput(question) : server.createMessage(question),
    };
    try {
        return { content: await tool[2](context, params.arguments ?? {}) };
    } catch (failure) {
        return { isError: true, content: [text(failure.message)] };
    }
});
handle(ListResourcesRequestSchema, () => ({
    resources: Object.entries(resources).map(([uri, { name, mimeType }]) => ({ uri, name, mimeType })),
}));
handle(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: [{ uriTemplate: "test://template/{id}/data", name: "Data", mimeType: "application/json" }],
}));
handle(ReadResourceRequestSchema, ({ params: { uri } }) => {
    const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
    if (id) {
        const words = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
        return { contents: [{ uri, mimeType: "application/json", text: words }] };
    }
    const { name, ...content } = resources[uri] ?? {};
    if (!name) {
        throw new McpError(-32002, "there is no such resource", { uri });
    }
    return { contents: [{ uri, ...content }] };
});
handle(SubscribeRequestSchema, () => ({}));
handle(UnsubscribeRequestSchema, () => ({}));
handle(ListPromptsRequestSchema, () => ({
    prompts: Object.entries(prompts).map(([name, [names]]) => ({
        name,
        description: "A prompt of the fixture",
        arguments: names.map((argument) => ({ name: argument, required: true })),
    })),
}));
handle(GetPromptRequestSchema, ({ params }) => {
    const prompt = prompts[params.name];
    if (!prompt) {
        throw unknown("such prompt");
    }
    return { messages: prompt[1](params.arguments ?? {}).map((content) => ({ role: "user", content })) };
});
handle(CompleteRequestSchema, ({ params }) => {
    const values = ["paris", "park", "party"].filter((word) => word.startsWith(params.argument.value));
    return { completion: { values, total: values.length, hasMore: false } };
});
handle(SetLevelRequestSchema, () => ({}));

await server.connect(new StdioServerTransport());
