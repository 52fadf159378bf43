package io.ringkv.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import org.junit.jupiter.api.Test;

class PortsTest {

    private static final ProcessAddresses KNOWN = new ProcessAddresses("h:7400", "h:7401", "h:7402");

    @Test
    void countUpFromTheFirst() {
        assertThat(Ports.from(9_000)).isEqualTo(new Ports(9_000, 9_001, 9_002));
        assertThat(Ports.from(0)).isEqualTo(Ports.ANY);
    }

    @Test
    void anyFreePortsStayTheSameOnceOthersKnowThem() {
        assertThat(Ports.ANY.keeping("h", "Server s1", null, "")).isEqualTo(Ports.ANY);
        assertThat(Ports.ANY.keeping("h", "Server s1", KNOWN, "")).isEqualTo(new Ports(7_400, 7_401, 7_402));
        assertThat(new Ports(0, 7_401, 0).keeping("h", "Server s1", KNOWN, "")).isEqualTo(Ports.from(7_400));
    }

    @Test
    void aChangedAddressIsRefusedAndSaysWhatToDo() {
        for (Ports changed :
                new Ports[] {new Ports(1, 7_401, 7_402), new Ports(7_400, 1, 7_402), new Ports(7_400, 7_401, 1)}) {
            assertThatThrownBy(() -> changed.keeping("h", "Server s1", KNOWN, ", or start anew"))
                    .isInstanceOfSatisfying(
                            RingKvException.class,
                            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.ADDRESS_CHANGED))
                    .hasMessageContaining("Server s1 is known by the")
                    .hasMessageContaining("configured with h:1")
                    .hasMessageContaining("Configure the old address, or start anew");
        }
        assertThatThrownBy(() -> Ports.ANY.keeping("elsewhere", "Server s1", KNOWN, ""))
                .hasMessageContaining("h:7400")
                .hasMessageContaining("elsewhere:0");
    }
}
