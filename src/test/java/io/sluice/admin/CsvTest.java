package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class CsvTest {
    @Test
    void quotesWhatRfc4180WantsQuoted() throws IOException {
        assertThat(row("a,b", "say \"hi\"", "two\nlines", "plain", null, 7))
                .isEqualTo("\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",plain,,7\r\n");
    }

    @Test
    void disarmsTextsThatASpreadsheetWouldRun() throws IOException {
        assertThat(row("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "=a,b"))
                .isEqualTo("'=1+1,'+1,'-1,'@SUM(A1),'\tx,\"'=a,b\"\r\n");
        assertThat(row(-5L)).isEqualTo("-5\r\n");
    }

    private static String row(Object... fields) throws IOException {
        StringWriter out = new StringWriter();
        Csv.row(out, fields);
        return out.toString();
    }
}
