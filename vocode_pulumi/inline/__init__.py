# SPDX-License-Identifier: Apache-2.0
"""Inline objects: a resource owns the objects that its inline inputs created.

An update never sends an inline object. ASSUMED: in an update the API would apply the inline object to the
object that the field refers to at that moment. That would rewrite an agent, prompt or webhook that other
numbers share. Therefore:

* An inline object is sent only in a create or a purchase. There it creates a new object.
* The id of that object is kept (``Owned``).
* A change of an inline field is sent to the owned object by its id, with only the changed fields.
* If an input changes from an id to an inline object, a new object is created and attached.
* If an adopted number or object has a part that equals the inline object, the part is kept, and no new one is
  created. A later change of the inline object creates one then.
* If an input changes from an inline object to an id, that id is attached. The old object stays in the
  account, because the API cannot delete it.
* If somebody has attached another object by hand, the owned object is attached again. The other object
  is never changed.

These rules hold at every depth: for each part of an agent, and for each action in its list.
"""
