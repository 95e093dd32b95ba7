# SPDX-License-Identifier: Apache-2.0
"""Inline objects are owned, and an update never carries one inline.

In an update the API applies an inline object to whatever the field refers to at that moment, so an
agent, a prompt or a webhook that other numbers share would be rewritten. Therefore:

* an inline object goes out only in a create or a purchase, where it makes an object of its own;
* the id of that object is kept (``Owned``);
* a change of an inline field is sent to the owned object by its own id, with just the fields that
  changed;
* a field that goes from an id to an inline object makes a new object and refers to it; one that
  goes from inline to an id refers to that and lets the old object go (the API cannot delete it);
* where somebody attached another object by hand, the owned one is attached again, and the stranger
  is never written to.

The same holds at every depth: for each part of an agent, and each action in its list.
"""
