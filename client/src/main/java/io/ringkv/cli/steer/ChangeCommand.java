package io.ringkv.cli.steer;

import io.ringkv.cli.ClientCommand;
import io.ringkv.cli.Console;
import io.ringkv.client.RingKvClient;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Base of commands that change the cluster. Done again they change nothing and succeed. */
abstract class ChangeCommand extends ClientCommand {

    @Option(
            names = "--if-epoch",
            paramLabel = "EPOCH",
            description = "Only if this is still the ring epoch; else exit code 11. See --plan.")
    private long ringEpoch;

    @Override
    protected int run(RingKvClient client, Console console) throws Exception {
        ChangeReply reply = change(client);
        print(reply, describe(reply), console);
        return 0;
    }

    final ChangeReply change(RingKvClient client) throws Exception {
        return client.admin().change(request().build(), DEFAULT_TIMEOUT).get();
    }

    final ChangeRequest.Builder request() {
        return change().setExpectedRingEpoch(Math.max(0, ringEpoch));
    }

    /** What is asked of the manager. */
    abstract ChangeRequest.Builder change();

    /** What to tell a person, in a sentence. */
    abstract String describe(ChangeReply reply);

    static void print(ChangeReply reply, String sentence, Console console) {
        if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            document.put("changed", reply.getChanged());
            document.put("ringEpoch", reply.getRingEpoch());
            document.put("notices", reply.getNoticesList());
            console.document(document);
            return;
        }
        console.line(sentence);
        reply.getNoticesList().forEach(console::say);
    }
}
