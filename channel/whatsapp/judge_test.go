package whatsapp

import (
	"strings"
	"testing"

	"parley/desk"
)

func TestJudge(t *testing.T) {
	for name, tt := range map[string]struct {
		field, value string
		want         desk.Verdict
		text         string
	}{
		"disabled":          {"account_update", `{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"DISABLE","waba_ban_date":"April 17, 2026"}}`, desk.VerdictStopped, "disabled the account on April 17, 2026"},
		"will be disabled":  {"account_update", `{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"SCHEDULE_FOR_DISABLE"}}`, desk.VerdictWarned, "will disable the account."},
		"reinstated":        {"account_update", `{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"REINSTATE"}}`, desk.VerdictCleared, ""},
		"deleted":           {"account_update", `{"event":"ACCOUNT_DELETED"}`, desk.VerdictStopped, "was deleted"},
		"violation":         {"account_update", `{"event":"ACCOUNT_VIOLATION","violation_info":{"violation_type":"ADULT_CONTENT"}}`, desk.VerdictWarned, "(adult content)"},
		"a new restriction": {"account_update", `{"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"RESTRICTED_SOMETHING"}]}`, desk.VerdictWarned, "RESTRICTED_SOMETHING"},
		"an unnamed one":    {"account_update", `{"event":"ACCOUNT_RESTRICTION"}`, desk.VerdictWarned, "restricted the account."},
		"may not answer":    {"account_update", `{"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"RESTRICTED_CUSTOMER_INITIATED_MESSAGING","expiration":1762216151}]}`, desk.VerdictWarned, "until 4 November 2025, 00:29 UTC: it may not answer customers"},
		"rejected":          {"account_review_update", `{"decision":"REJECTED"}`, desk.VerdictWarned, "rejected"},
		"approved":          {"account_review_update", `{"decision":"APPROVED"}`, "", ""},
		"flagged":           {"phone_number_quality_update", `{"event":"FLAGGED","display_phone_number":"15550783881"}`, desk.VerdictWarned, "…3881"},
		"flagged no more":   {"phone_number_quality_update", `{"event":"UNFLAGGED","display_phone_number":"15550783881"}`, desk.VerdictCleared, "…3881"},
		"a higher limit":    {"phone_number_quality_update", `{"event":"THROUGHPUT_UPGRADE"}`, "", ""},
		"a partner":         {"account_update", `{"event":"PARTNER_ADDED"}`, "", ""},
		"an unknown event":  {"account_update", `{"event":"SOMETHING_NEW"}`, "", ""},
		"a template":        {"message_template_status_update", `{"event":"DISABLED","message_template_name":"hi"}`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			news, ok := parse(t, hookOf(`{"field":"`+tt.field+`","value":`+tt.value+`}`))[0].News.(desk.AccountNews)
			if !ok || news.Verdict != tt.want || !strings.Contains(news.Text, tt.text) || (news.Text == "") != (tt.text == "") {
				t.Errorf("got %q %q, want %q with %q", news.Verdict, news.Text, tt.want, tt.text)
			}
			if strings.Contains(news.Text, "15550783881") {
				t.Errorf("the text has the whole number: %q", news.Text)
			}
		})
	}
}
