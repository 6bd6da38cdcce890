package desk

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestL03_WindowIsOpenForLessThan24Hours(t *testing.T) {
	w := thread().heard(20, noon).Window()
	tests := []struct {
		name string
		now  time.Time
		want bool
	}{
		{"at the message", noon, true},
		{"23:59:59.999999 later", after(24*time.Hour - time.Microsecond), true},
		{"24:00:00 later", after(24 * time.Hour), false},
		{"24:00:00.000001 later", after(24*time.Hour + time.Microsecond), false},
		{"a year later", after(365 * 24 * time.Hour), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := w.OpenAt(tt.now); got != tt.want {
				t.Errorf("OpenAt(%v) = %v, want %v", tt.now, got, tt.want)
			}
		})
	}
	if (Window{}).OpenAt(noon) || serviceWindow(time.Time{}) != (Window{}) {
		t.Error("a window that was never opened is open")
	}
	if got, want := w, (Window{noon, after(24 * time.Hour)}); got != want {
		t.Errorf("window is %v, want %v", got, want)
	}
}

func TestU17_WindowCountsFromTheEarlierClock(t *testing.T) {
	tests := []struct {
		name               string
		provider, received time.Time
		want               time.Time
	}{
		{"the provider's time", after(-time.Minute), noon, after(-time.Minute)},
		{"a hook that comes a day late", after(-24 * time.Hour), noon, after(-24 * time.Hour)},
		{"a clock that is ahead never lengthens the window", after(time.Hour), noon, noon},
		{"no provider time", time.Time{}, noon, noon},
		{"the same", noon, noon, noon},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := openerTime(tt.provider, tt.received); !got.Equal(tt.want) {
				t.Errorf("openerTime = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestU17_WindowIsNeverLongerThanFromReceipt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, latest := thread(), time.Time{}
		for i := range rapid.IntRange(1, 8).Draw(t, "messages") {
			provider, received := someTime(t, "provider"), someTime(t, "received")
			was := c.OpenerAt
			c = c.received(said(ID(100+i), provider), true, received)
			if c.OpenerAt.Before(was) {
				t.Fatalf("the opener moved back from %v to %v", was, c.OpenerAt)
			}
			if provider.After(received) {
				provider = received
			}
			if provider.After(latest) {
				latest = provider
			}
			if !c.OpenerAt.Equal(latest) {
				t.Fatalf("opener is %v, want the latest of all %v", c.OpenerAt, latest)
			}
		}
	})
}

func TestC43_LateHookNeverMovesTheWindowBack(t *testing.T) {
	c := thread().heard(21, after(time.Hour))
	c = c.received(said(20, noon), true, after(2*time.Hour)) // its first delivery had failed
	if want := after(time.Hour); !c.OpenerAt.Equal(want) {
		t.Errorf("opener is %v, want %v", c.OpenerAt, want)
	}
}

func TestL03_OnlySomeChannelsHaveAWindow(t *testing.T) {
	for kind, want := range map[Kind]bool{WhatsApp: false, Messenger: false, Webchat: true, Email: true} {
		if got := thread().FreeFormAllowed(kind, noon); got != want {
			t.Errorf("%s without a message of the customer: allowed = %v, want %v", kind, got, want)
		}
		if c := thread().heard(20, noon); !c.FreeFormAllowed(kind, after(time.Hour)) {
			t.Errorf("%s an hour after a message: not allowed", kind)
		}
	}
}
