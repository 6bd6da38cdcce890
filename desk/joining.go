package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// join puts the phone number at an index of the input into use under a connection:
// it changes the one that is there, brings back one that was removed, with its
// history, or adds one. all are the workspace's channels.
func (c Connection) join(tx Tx, all []Channel, index int, n NewChannel, now time.Time) (Channel, error) {
	field := fmt.Sprintf("channels[%d].", index)
	same := func(inUse bool) int {
		return slices.IndexFunc(all, func(h Channel) bool {
			return h.Kind == c.Kind && h.ExternalID == n.ExternalID && h.RemovedAt.IsZero() == inUse
		})
	}
	i := same(true)
	if i >= 0 && (all[i].Connection != c.ID || n.ID != 0 && all[i].ID != n.ID) {
		return Channel{}, &numberTaken{field + "phone_number_id", n.ExternalID, all[i].Connection}
	}
	if i < 0 {
		i = same(false)
	}
	if n.ID != 0 {
		own := slices.IndexFunc(all, func(h Channel) bool { return h.ID == n.ID && h.Connection == c.ID && h.RemovedAt.IsZero() })
		if own < 0 {
			return Channel{}, Invalid(field+"id", "The connection has no such number.")
		}
		if err := corrected(tx, all, own, i, field+"phone_number_id"); err != nil {
			return Channel{}, err
		}
		i = own
	}
	if i < 0 {
		ch := Channel{ID: tx.NewID(), Workspace: c.Workspace, Connection: c.ID, Kind: c.Kind, Name: n.Name, Address: n.Address, ExternalID: n.ExternalID, State: "ok", CreatedAt: now}
		return ch, tx.AddChannel(ch)
	}
	ch := all[i]
	ch.Connection, ch.Name, ch.Address, ch.ExternalID, ch.RemovedAt = c.ID, n.Name, n.Address, n.ExternalID, time.Time{}
	ch.State, ch.StateText = "ok", ""
	return ch, tx.SetChannel(ch)
}

// corrected fails unless the phone number id of the channel own may become that of
// the channel known, which is -1 when no channel ever had it: an id under which
// messages came and went is right, and another id is another number.
func corrected(tx Tx, all []Channel, own, known int, field string) error {
	if own == known {
		return nil
	}
	if known >= 0 {
		return &Error{Code: CodeConflict, Field: field, Message: "A number with this ID was removed here before. Add it as a new number to get its conversations back, and remove this one."}
	}
	used, err := tx.ChannelUsed(all[own].ID)
	if err != nil || !used {
		return err
	}
	return &Error{Code: CodeConflict, Field: field, Message: fmt.Sprintf("Messages came or went under the ID %s, so it belongs to %s. If you want to use another number, add it, and remove this one.", all[own].ExternalID, all[own].Address)}
}

// numberTaken says which connection has a phone number already.
type numberTaken struct {
	field, id  string
	connection ID
}

func (e *numberTaken) Error() string {
	return fmt.Sprintf("%s: the number %s is taken by connection %d", e.field, e.id, e.connection)
}

// takenBy puts the name of the connection into the words of a numberTaken. Other
// errors stay as they are.
func (d *Desk) takenBy(ctx context.Context, workspace ID, err error) error {
	var taken *numberTaken
	if !errors.As(err, &taken) {
		return err
	}
	c, err := d.store.Connection(ctx, workspace, taken.connection)
	if err != nil {
		return err
	}
	return &Error{Code: CodeConflict, Field: taken.field, Message: fmt.Sprintf("The phone number ID %s is connected already, under %q. Change it there, or remove it there first.", taken.id, c.Name)}
}
