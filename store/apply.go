package store

import (
	"fmt"

	"parley/desk"
)

// Apply writes a plan. A conversation, message, contact or identity that is
// written also leaves an entry in the change log, and conversations move the
// counters. A file is shown by its message, which is written with it.
func (t *tx) Apply(p desk.Plan) error {
	for _, op := range p {
		if err := t.apply(op); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) apply(op desk.WriteOp) error {
	switch o := op.(type) {
	case desk.AddContact:
		return t.addContact(o.Contact)
	case desk.SetContact:
		return t.setContact(o.Contact)
	case desk.AddIdentity:
		return t.addIdentity(o.Identity)
	case desk.SetIdentity:
		return t.setIdentity(o.Identity)
	case desk.AddConversation:
		return t.addConversation(o.Conversation)
	case desk.SetConversation:
		return t.setConversation(o.Was, o.Now)
	case desk.AddMessage:
		return t.addMessage(o.Message)
	case desk.SetMessage:
		return t.setMessage(o.Message)
	case desk.Park:
		return t.park(o.Parked)
	case desk.Unpark:
		return t.unpark(o.ID)
	case desk.AddOutbound:
		return t.addOutbound(o.Outbound)
	case desk.SetOutbound:
		return t.setOutbound(o.Outbound)
	case desk.DropOutbound:
		return t.dropOutbound(o.Message)
	case desk.AddAttempt:
		return t.addAttempt(o.Attempt)
	case desk.SetAttempt:
		return t.setAttempt(o.Attempt)
	case desk.AddFile:
		return t.addFile(o.File)
	case desk.SetFile:
		return t.setFile(o.File)
	case desk.SetDeadline:
		return t.setDeadline(o.Deadline)
	case desk.ClearDeadline:
		return t.clearDeadline(o)
	case desk.AddAudit:
		return t.addAudit(o.Audit)
	case desk.Tell:
		t.tell(o.Change)
		return nil
	}
	return fmt.Errorf("store: no rule to apply %T", op)
}
