package io.ringkv.cli.steer;

import io.ringkv.cli.Console;
import io.ringkv.cli.output.ProgressLine;
import io.ringkv.client.ReadOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ClusterStatus;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Base of changes that take long: the manager accepts them at once and works on, and this command may wait for the end. */
abstract class LongChangeCommand extends PlannedChangeCommand {

    private static final Duration WAIT_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 200;

    @Option(
            names = "--wait",
            description = "Wait until it is done, as long as --timeout says (default 10m). It goes on all the same when"
                    + " this command is interrupted.")
    private boolean wait;

    @Override
    protected Duration defaultTimeout() {
        return wait ? WAIT_TIMEOUT : DEFAULT_TIMEOUT;
    }

    @Override
    int carryOut(RingKvClient client, Console console) throws Exception {
        ChangeReply reply = change(client);
        if (wait) {
            await(client, console);
        }
        print(reply, describe(reply), console);
        return 0;
    }

    /** How far it has come by this status; fails if it has ended in vain. */
    abstract Progress progress(ClusterStatus status);

    /** What to do when it takes too long. */
    abstract String howToStop();

    /**
     * How far a change has come.
     *
     * @param done parts that are done
     * @param total parts there are
     * @param text what they are, for people
     */
    record Progress(long done, long total, String text) {
        boolean isOver() {
            return done >= total;
        }
    }

    private void await(RingKvClient client, Console console) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + timeout().toNanos();
        ProgressLine line = new ProgressLine(context().errTerminal(), console::draw);
        while (true) {
            Progress progress = look(client, deadlineNanos - System.nanoTime());
            if (progress != null) {
                line.show(progress.done(), progress.total(), progress.text(), System.nanoTime());
            }
            if (progress != null && progress.isOver()) {
                line.end();
                return;
            }
            if (deadlineNanos - System.nanoTime() <= TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS)) {
                line.end();
                throw RingKvException.builder(ErrorCode.UNHEALTHY)
                        .sentence("It is not done after " + timeout().toSeconds() + " s"
                                + (progress == null ? "" : ": " + progress.text()))
                        .advice("It goes on; see ringkv status. To stop it: " + howToStop() + ".")
                        .build();
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** Null while the manager does not answer: it may be choosing a new leader. */
    private @Nullable Progress look(RingKvClient client, long leftNanos) {
        ClusterStatus status;
        try {
            Duration patience = Duration.ofNanos(
                    Math.max(Duration.ofMillis(1).toNanos(), Math.min(leftNanos, ANSWER_TIMEOUT.toNanos())));
            status = client.blocking().status(ReadOptions.defaults().withTimeout(patience));
        } catch (RingKvException e) {
            return null;
        }
        return status.getComplete() ? progress(status) : null;
    }
}
