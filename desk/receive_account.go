package desk

import (
	"cmp"
	"slices"
	"time"
)

// receiveAccount notes what news of an account means for its connection, where
// admins see it. News that means nothing there is only listed with its hook.
func (d *Desk) receiveAccount(tx Tx, h Hook, u Update, n AccountNews, now time.Time) (result, error) {
	if n.Verdict == "" {
		return result{ignored, n.Summary}, nil
	}
	c, ok, err := lockAccount(tx, h.Connection, u.Account)
	if err != nil {
		return result{}, err
	}
	if !ok {
		return result{ignored, n.Summary + " (the account is not connected here)"}, nil
	}
	// An old hook that is replayed must not stop what was mended since.
	if fresh, err := tx.ClaimKey(c.ID, u.fingerprint(u.Account, n.Summary), 0); err != nil || !fresh {
		return result{fate: duplicate}, err
	}
	next := c.judged(n, earlier(u.At, now.Add(clocksApart)))
	if next == c {
		return result{fate: applied}, nil
	}
	if err := tx.SetConnection(next); err != nil {
		return result{}, err
	}
	if next.State == c.State && next.StateText == c.StateText {
		return result{fate: applied}, nil
	}
	return result{fate: applied}, tx.Apply(Plan{
		AddAudit{Audit{ID: tx.NewID(), Workspace: c.Workspace, At: now, Action: "connection." + string(n.Verdict), SubjectType: "connection", Subject: c.ID, Detail: n.Summary}},
		Tell{Change{Workspace: c.Workspace, Kind: ChannelChanged, Subject: c.ID}},
	})
}

// lockAccount finds the connection of a provider's account for which a hook of
// another connection may speak: an app has one callback address for all its
// accounts, and they share its secret.
func lockAccount(tx Tx, from ID, account string) (Connection, bool, error) {
	ids, err := tx.ConnectionsOf(from, account)
	if err != nil {
		return Connection{}, false, err
	}
	if !slices.Contains(ids, from) {
		ids = append(ids, from)
	}
	slices.Sort(ids)
	locked := map[ID]Connection{}
	for _, id := range ids {
		if locked[id], err = tx.LockConnection(id); err != nil {
			return Connection{}, false, err
		}
	}
	own := locked[from]
	if account == "" || own.AccountID == account {
		return own, true, nil
	}
	for _, id := range ids {
		if c := locked[id]; c.AccountID == account && own.Secrets.AppSecret != "" && c.Secrets.AppSecret == own.Secrets.AppSecret {
			return c, true, nil
		}
	}
	return Connection{}, false, nil
}

// judged is the connection after news of its account that is of that time. A warning
// stops nothing, and does not hide why something stopped. Of what stops and what
// clears, the later by the provider's time counts, whichever comes first.
func (c Connection) judged(n AccountNews, at time.Time) Connection {
	if !at.IsZero() && at.Before(c.JudgedAt) {
		return c
	}
	switch n.Verdict {
	case VerdictStopped:
		c.State, c.StateText, c.JudgedAt = "reconnect", cmp.Or(n.Text, n.Summary), cmp.Or(at, c.JudgedAt)
	case VerdictWarned:
		if c.State == "ok" {
			c.StateText = cmp.Or(n.Text, n.Summary)
		}
	case VerdictCleared:
		if n.Text == "" || c.StateText == n.Text {
			c.State, c.StateText, c.JudgedAt = "ok", "", cmp.Or(at, c.JudgedAt)
		}
	}
	return c
}

// clocksApart is by how much a provider's clock is believed to be ahead: news of a
// far time to come would hide all that follows.
const clocksApart = time.Hour

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
