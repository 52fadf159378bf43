package io.ringkv.cli.steer;

import io.ringkv.cli.ClientCommand;
import io.ringkv.cli.Console;
import io.ringkv.client.RingKvClient;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Base of commands that change the cluster. Done again they change nothing and succeed. */
abstract class ChangeCommand extends ClientCommand {

    @Override
    protected int run(RingKvClient client, Console console) throws Exception {
        print(change(client), console);
        return 0;
    }

    final ChangeReply change(RingKvClient client) throws Exception {
        return client.admin().change(change().build(), DEFAULT_TIMEOUT).get();
    }

    /** What is asked of the manager. */
    abstract ChangeRequest.Builder change();

    /** What to tell a person, in a sentence. */
    abstract String describe(ChangeReply reply);

    final void print(ChangeReply reply, Console console) {
        if (console.json()) {
            Map<String, @Nullable Object> document = Console.document();
            document.put("changed", reply.getChanged());
            document.put("ringEpoch", reply.getRingEpoch());
            document.put("notices", reply.getNoticesList());
            console.document(document);
            return;
        }
        console.line(describe(reply));
        reply.getNoticesList().forEach(console::say);
    }
}
