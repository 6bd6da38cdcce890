package channeltest

import (
	"errors"
	"strings"
	"testing"

	"parley/desk"
)

// testCheck: what is beyond a limit is refused with the field and the limit.
func testCheck(t *testing.T, s Subject) {
	d := s.New(offline())
	if err := d.Check(s.Message, nil); err != nil {
		t.Errorf("Check refuses the subject's own message: %v", err)
	}
	for _, name := range sorted(s.Fine) {
		if err := d.Check(s.Fine[name].Message, s.Fine[name].Media); err != nil {
			t.Errorf("%s: Check = %v, want nil", name, err)
		}
	}
	for _, name := range sorted(s.Excessive) {
		draft := s.Excessive[name]
		err := d.Check(draft.Message, draft.Media)
		var told *desk.Error
		if !errors.As(err, &told) {
			t.Errorf("%s: Check = %v, want a *desk.Error", name, err)
			continue
		}
		if told.Code != desk.CodeInvalid && told.Code != desk.CodeTooLarge {
			t.Errorf("%s: code %q", name, told.Code)
		}
		if told.Field == "" || draft.Field != "" && told.Field != draft.Field {
			t.Errorf("%s: the error names field %q, want %q", name, told.Field, draft.Field)
		}
		if !strings.Contains(told.Message, draft.Names) {
			t.Errorf("%s: the error %q does not name %q", name, told.Message, draft.Names)
		}
	}
}
