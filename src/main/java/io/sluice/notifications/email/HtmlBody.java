package io.sluice.notifications.email;

import io.sluice.notifications.Message;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The HTML of a mail: one column of tables with styles in the elements, which is what mail programs show alike. Loads
 * nothing from anywhere; its one link stops such mails. Every text is escaped.
 */
final class HtmlBody {
    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="UTF-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light">
            <title>{subject}</title>
            </head>
            <body style="margin:0;padding:0;background:#f3f4f6">
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f3f4f6">
            <tr><td align="center" style="padding:24px 12px">
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0"
              style="max-width:600px;background:#ffffff;border:1px solid #d9dde3;border-radius:8px;font-family:Arial,Helvetica,sans-serif;color:#1c2430">
            <tr><td style="padding:24px 28px 0 28px">
            <p style="margin:0 0 6px 0;font-size:13px;line-height:18px;color:#5b6675">Sluice</p>
            <h1 style="margin:0 0 16px 0;font-size:21px;line-height:28px">{headline}</h1>
            {text}
            </td></tr>
            {facts}
            {steps}
            <tr><td style="padding:20px 28px 24px 28px">
            <p style="margin:0;padding-top:16px;border-top:1px solid #d9dde3;font-size:12px;line-height:18px;color:#5b6675;overflow-wrap:anywhere">{footer}{stop}</p>
            </td></tr>
            </table>
            </td></tr>
            </table>
            </body>
            </html>
            """;

    private static final String PARAGRAPH = """
            <p style="margin:0 0 12px 0;font-size:15px;line-height:23px;overflow-wrap:anywhere">{text}</p>
            """;

    private static final String FACTS = """
            <tr><td style="padding:8px 28px 0 28px">
            <table width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse;font-size:14px;line-height:20px">
            {rows}</table>
            </td></tr>
            """;

    private static final String FACT = """
            <tr>
            <th scope="row" align="left" valign="top" style="padding:8px 12px 8px 0;border-bottom:1px solid #e7eaee;font-weight:normal;color:#5b6675;width:38%;overflow-wrap:anywhere">{label}</th>
            <td valign="top" style="padding:8px 0;border-bottom:1px solid #e7eaee;overflow-wrap:anywhere">{value}</td>
            </tr>
            """;

    private static final String STEPS = """
            <tr><td style="padding:20px 28px 0 28px">
            <h2 style="margin:0 0 8px 0;font-size:16px;line-height:22px">What to do next</h2>
            <ul style="margin:0;padding-left:20px;font-size:14px;line-height:21px">
            {items}</ul>
            </td></tr>
            """;

    private static final String STEP = """
            <li style="margin:0 0 6px 0;overflow-wrap:anywhere">{step}</li>
            """;

    private static final String STOP = " <a href=\"{url}\" style=\"color:#5b6675\">Stop mails like this one</a>";

    private HtmlBody() {}

    static String of(Message message, String footer, @Nullable String unsubscribe) {
        String facts = each(
                message.facts(),
                fact -> FACT.replace("{label}", escaped(fact.label())).replace("{value}", escaped(fact.value())));
        String steps = each(message.steps(), step -> STEP.replace("{step}", escaped(step)));
        String text = each(message.text(), paragraph -> PARAGRAPH.replace("{text}", escaped(paragraph)));
        return PAGE.replace("{subject}", escaped(message.subject()))
                .replace("{headline}", escaped(message.headline()))
                .replace("{footer}", escaped(footer))
                .replace("{stop}", unsubscribe == null ? "" : STOP.replace("{url}", escaped(unsubscribe)))
                .replace("{facts}", facts.isEmpty() ? "" : FACTS.replace("{rows}", facts))
                .replace("{steps}", steps.isEmpty() ? "" : STEPS.replace("{items}", steps))
                .replace("{text}", text);
    }

    private static <T> String each(List<T> parts, Function<T, String> form) {
        return parts.stream().map(form).collect(Collectors.joining());
    }

    /** Braces too: no text can stand for a place of the page. */
    static String escaped(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            switch (each) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                case '{' -> safe.append("&#123;");
                case '}' -> safe.append("&#125;");
                default -> safe.append(each);
            }
        }
        return safe.toString();
    }
}
