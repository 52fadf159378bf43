package io.ringkv.testing.lab.file;

import java.io.IOException;

/** The text is no EDN. */
final class EdnException extends IOException {
    private static final long serialVersionUID = 1L;

    EdnException(String reason) {
        super(reason);
    }
}
