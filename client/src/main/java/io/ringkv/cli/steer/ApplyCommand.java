package io.ringkv.cli.steer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.InvalidProtocolBufferException;
import io.ringkv.cli.ClientCommand;
import io.ringkv.cli.Console;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code apply FILE}. */
@Command(
        name = "apply",
        description = {
            "Make the change of a plan, if the ring is still the one it was made for.",
            "Exit code 11 when it is not: look at a new plan then."
        },
        footer = {
            "",
            "Examples:",
            "  ringkv plan drain s4 -o json > plan.json && ringkv apply plan.json",
            "  ringkv server remove s4 --plan -o json | ringkv apply -"
        })
public final class ApplyCommand extends ClientCommand {

    @Parameters(index = "0", paramLabel = "FILE", description = "A plan as -o json gives it; - for standard input.")
    private String file = "";

    @Override
    protected int run(RingKvClient client, Console console) throws Exception {
        ChangeRequest request = read();
        ChangeReply reply = client.admin().change(request, timeout()).get();
        ChangeCommand.print(
                reply, reply.getChanged() ? "The plan is being carried out." : "All was so before.", console);
        return 0;
    }

    private ChangeRequest read() throws IOException {
        if (file.equals("-")) {
            return read(context().in());
        }
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            return read(in);
        }
    }

    private static ChangeRequest read(InputStream in) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(in)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                    json.nextToken();
                    if (field.equals(PlanReport.APPLY)) {
                        return ChangeRequest.parseFrom(Base64.getDecoder().decode(json.getText()));
                    }
                    json.skipChildren();
                }
            }
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new RingKvException(ErrorCode.INPUT_MALFORMED, "The plan is damaged", e);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new RingKvException(ErrorCode.INPUT_MALFORMED, "The plan is no JSON document", e);
        }
        throw RingKvException.builder(ErrorCode.INPUT_MALFORMED)
                .sentence("The document holds no plan that can be applied")
                .advice(
                        "Make one: ringkv plan ... -o json. A plan that is refused, or of a join or a zone, has nothing to"
                                + " apply.")
                .build();
    }
}
