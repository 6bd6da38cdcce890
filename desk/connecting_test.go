package desk

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{5,14}$`)

func TestC05_PhoneNumber(t *testing.T) {
	tests := []struct{ in, want string }{ // "" is refused
		{"+421905111222", "+421905111222"},
		{"421905111222", "+421905111222"},
		{"00421905111222", "+421905111222"},
		{" +421 905 111 222 ", "+421905111222"},
		{"+421\u00a0905\u00a0111\u00a0222", "+421905111222"},
		{"+1 (555) 025-3483", "+15550253483"},
		{"+55/11.98765-4321", "+5511987654321"},
		{"+123456", "+123456"},
		{"+123456789012345", "+123456789012345"},
		{"", ""}, {" ", ""}, {"+", ""}, {"00", ""}, {"++421905111222", ""},
		{"+12345", ""}, {"+1234567890123456", ""},
		{"0905111222", ""}, // national: the country is unknown
		{"+0905111222", ""}, {"000421905111222", ""},
		{"421+905111222", ""}, {"(+421) 905 111 222", ""},
		{"+421 905 111 222 ext. 3", ""}, {"+421905111222;", ""}, {"0x421905111222", ""},
		{"+٤٢١٩٠٥١١١٢٢٢", ""}, {"+４２１９０５１１１２２２", ""},
		{"+421905\x00111222", ""}, {"\u202a+421905111222\u202c", ""}, {"+421905111222\xff", ""},
		{"SK.1349", ""},
	}
	for _, tt := range tests {
		got, ok := PhoneNumber(tt.in)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("PhoneNumber(%q) = %q, %v; want %q", tt.in, got, ok, tt.want)
		}
	}
}

func FuzzPhoneNumber(f *testing.F) {
	for _, s := range []string{"+421905111222", "00421 905-111.222", "0905111222", "+", "(1)2/3.4-5 6", "\xff+1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := PhoneNumber(s)
		if !ok {
			if got != "" {
				t.Fatalf("%q is refused with %q", s, got)
			}
			return
		}
		if !e164.MatchString(got) {
			t.Fatalf("%q became %q", s, got)
		}
		if again, ok := PhoneNumber(got); !ok || again != got {
			t.Fatalf("%q became %q, and that %q, %v", s, got, again, ok)
		}
	})
}

func connecting() NewConnection {
	return NewConnection{
		Kind: WhatsApp, Provider: "cloud", Name: "Main", AccountID: "102290129340398",
		Secrets:  Secrets{AppSecret: "app", VerifyToken: "verify", AccessToken: "access"},
		Channels: []NewChannel{{ExternalID: "106540352242922", Address: "+421 905 111 222", Name: "Sales"}},
	}
}

func TestC05_ConnectionCheckNamesTheField(t *testing.T) {
	tests := []struct {
		field string
		spoil func(*NewConnection)
	}{
		{"kind", func(n *NewConnection) { n.Kind = Messenger }},
		{"kind", func(n *NewConnection) { n.Kind = "" }},
		{"provider", func(n *NewConnection) { n.Provider = "twilio" }},
		{"name", func(n *NewConnection) { n.Name = " " }},
		{"name", func(n *NewConnection) { n.Name = strings.Repeat("č", maxName+1) }},
		{"waba_id", func(n *NewConnection) { n.AccountID = "" }},
		{"waba_id", func(n *NewConnection) { n.AccountID = "10229o129340398" }},
		{"waba_id", func(n *NewConnection) { n.AccountID = strings.Repeat("1", 33) }},
		{"app_secret", func(n *NewConnection) { n.Secrets.AppSecret = " " }},
		{"access_token", func(n *NewConnection) { n.Secrets.AccessToken = "" }},
		{"verify_token", func(n *NewConnection) { n.Secrets.VerifyToken = "" }},
		{"channels", func(n *NewConnection) { n.Channels = nil }},
		{"channels[0].phone_number_id", func(n *NewConnection) { n.Channels[0].ExternalID = "+421905111222" }},
		{"channels[0].phone_number", func(n *NewConnection) { n.Channels[0].Address = "0905111222" }},
		{"channels[0].name", func(n *NewConnection) { n.Channels[0].Name = strings.Repeat("č", maxName+1) }},
		{"channels[1].phone_number_id", func(n *NewConnection) {
			n.Channels = append(n.Channels, NewChannel{ExternalID: "106540352242922", Address: "+421905333444"})
		}},
		{"channels[1].phone_number", func(n *NewConnection) { n.Channels = append(n.Channels, NewChannel{ExternalID: "2", Address: ""}) }},
	}
	for _, tt := range tests {
		n := connecting()
		tt.spoil(&n)
		isError(t, n.check(), CodeInvalid, tt.field)
	}
}

func TestC06_ConnectionIsTidied(t *testing.T) {
	n := connecting()
	n.Name, n.AccountID, n.APIBaseURL = " Ma\x00in ", " 102290129340398 ", " https://graph.facebook.com/v24.0/ "
	n.Secrets.AppSecret = "\tapp\n"
	n.Channels = append(n.Channels, NewChannel{ExternalID: " 2 ", Address: "00421905333444"}) // the second number is optional, and so is a name
	if err := n.check(); err != nil {
		t.Fatal(err)
	}
	want := NewConnection{
		Kind: WhatsApp, Provider: "cloud", Name: "Ma\uFFFDin", AccountID: "102290129340398", APIBaseURL: "https://graph.facebook.com/v24.0",
		Secrets: Secrets{AppSecret: "app", VerifyToken: "verify", AccessToken: "access"},
		Channels: []NewChannel{
			{ExternalID: "106540352242922", Address: "+421905111222", Name: "Sales"},
			{ExternalID: "2", Address: "+421905333444", Name: "+421905333444"},
		},
	}
	if diff := cmp.Diff(want, n); diff != "" {
		t.Errorf("connection (-want +got):\n%s", diff)
	}

	dialog := connecting()
	dialog.Provider, dialog.Secrets = "360dialog", Secrets{AccessToken: "key"}
	if err := dialog.check(); err != nil {
		t.Errorf("360dialog needs neither an app secret nor a verify token: %v", err)
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	c := Connection{Secrets: Secrets{AppSecret: "canary", VerifyToken: "canary", AccessToken: "canary", HookSecret: "canary"}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		for _, v := range []any{c, &c, c.Secrets, &c.Secrets, []Connection{c}} {
			if text := fmt.Sprintf(verb, v); strings.Contains(text, "canary") {
				t.Errorf("%s of %T prints a secret: %s", verb, v, text)
			}
		}
	}
}

func TestNewMemberCheckNamesTheField(t *testing.T) {
	fine := NewMember{Email: " Ann@Example.org ", Name: " Ann ", Role: Agent, Password: "long enough"}
	n := fine
	if err := n.check(); err != nil || n.Email != "ann@example.org" || n.Name != "Ann" {
		t.Errorf("%+v, %v", n, err)
	}
	tests := []struct {
		field string
		spoil func(*NewMember)
	}{
		{"email", func(n *NewMember) { n.Email = "" }},
		{"email", func(n *NewMember) { n.Email = "ann" }},
		{"email", func(n *NewMember) { n.Email = "Ann <ann@example.org>" }},
		{"email", func(n *NewMember) { n.Email = "ann@example.org, bob@example.org" }},
		{"email", func(n *NewMember) { n.Email = strings.Repeat("a", 250) + "@example.org" }},
		{"name", func(n *NewMember) { n.Name = "" }},
		{"name", func(n *NewMember) { n.Name = strings.Repeat("č", maxName+1) }},
		{"role", func(n *NewMember) { n.Role = "root" }},
		{"password", func(n *NewMember) { n.Password = "too short" }},
		{"password", func(n *NewMember) { n.Password = strings.Repeat("x", maxPassword+1) }},
	}
	for _, tt := range tests {
		n := fine
		tt.spoil(&n)
		isError(t, n.check(), CodeInvalid, tt.field)
	}
}
