//! The attributes that the directory knows (RFC 7643): one table for discovery, for reading what is
//! sent, for filters and for PATCH. Holds no value of anybody's. What may not be kept about people,
//! such as phones and postal addresses, is left out of it.

/// What an attribute holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Data {
    /// A text.
    Text,
    /// `true` or `false`.
    Boolean,
    /// An address, with what it may lead to.
    Reference(&'static [&'static str]),
    /// A moment.
    Moment,
    /// Sub-attributes.
    Complex(&'static [Attribute]),
}

/// Who may write an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mutability {
    /// The directory alone.
    ReadOnly,
    /// Anybody who may write.
    ReadWrite,
    /// Whoever makes the value; it never changes after.
    Immutable,
}

impl Mutability {
    /// As `/Schemas` writes it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::ReadOnly => "readOnly",
            Self::ReadWrite => "readWrite",
            Self::Immutable => "immutable",
        }
    }
}

/// One attribute or sub-attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    /// Its name, as it is written back.
    pub(super) name: &'static str,
    /// What it is, in a sentence.
    pub(super) about: &'static str,
    /// What it holds.
    pub(super) data: Data,
    /// Whether it holds several.
    pub(super) many: bool,
    /// Whether it cannot be left out.
    pub(super) required: bool,
    /// Whether case counts.
    pub(super) case_exact: bool,
    /// Who may write it.
    pub(super) mutability: Mutability,
    /// Whether it is sent back whatever is asked for.
    pub(super) always: bool,
    /// Whether no two resources share a value of it.
    pub(super) unique: bool,
    /// Values that it usually has.
    pub(super) usual: &'static [&'static str],
}

impl Attribute {
    const fn text(name: &'static str, about: &'static str) -> Self {
        Self {
            name,
            about,
            data: Data::Text,
            many: false,
            required: false,
            case_exact: false,
            mutability: Mutability::ReadWrite,
            always: false,
            unique: false,
            usual: &[],
        }
    }

    const fn holding(mut self, data: Data) -> Self {
        self.data = data;
        self
    }

    const fn many(mut self) -> Self {
        self.many = true;
        self
    }

    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn exact(mut self) -> Self {
        self.case_exact = true;
        self
    }

    const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    const fn usually(mut self, usual: &'static [&'static str]) -> Self {
        self.usual = usual;
        self
    }

    const fn is(mut self, mutability: Mutability) -> Self {
        self.mutability = mutability;
        self
    }

    const fn always(mut self) -> Self {
        self.always = true;
        self
    }

    /// Its sub-attributes; none where it is not complex.
    pub(super) fn parts(&self) -> &'static [Attribute] {
        match self.data {
            Data::Complex(parts) => parts,
            Data::Text | Data::Boolean | Data::Reference(_) | Data::Moment => &[],
        }
    }
}

/// A named set of attributes.
#[derive(Debug)]
pub(super) struct Schema {
    /// Its URN.
    pub(super) id: &'static str,
    /// Its name.
    pub(super) name: &'static str,
    /// What it is, in a sentence.
    pub(super) about: &'static str,
    /// Its attributes, those that all resources share left out.
    pub(super) attributes: &'static [Attribute],
}

/// A kind of resource.
#[derive(Debug)]
pub(super) struct Kind {
    /// Its name: `User`.
    pub(super) name: &'static str,
    /// The segment of its address: `Users`.
    pub(super) endpoint: &'static str,
    /// Its own schema.
    pub(super) schema: &'static Schema,
    /// What may be there too.
    pub(super) extensions: &'static [&'static Schema],
}

use Mutability::{Immutable, ReadOnly};

const META: &[Attribute] = &[
    Attribute::text("resourceType", "The kind of the resource")
        .exact()
        .is(ReadOnly),
    Attribute::text("created", "When it was made")
        .holding(Data::Moment)
        .exact()
        .is(ReadOnly),
    Attribute::text("lastModified", "When it was last changed")
        .holding(Data::Moment)
        .exact()
        .is(ReadOnly),
    Attribute::text("location", "Its address")
        .holding(Data::Reference(&["uri"]))
        .exact()
        .is(ReadOnly),
    Attribute::text("version", "Its version tag")
        .exact()
        .is(ReadOnly),
];

/// What every resource has (RFC 7643, 3.1), which no schema lists.
pub(super) const COMMON: &[Attribute] = &[
    Attribute::text("schemas", "The schemas of the resource")
        .holding(Data::Reference(&["uri"]))
        .many()
        .required()
        .exact()
        .always(),
    Attribute::text("id", "What the directory calls it for ever")
        .exact()
        .unique()
        .is(ReadOnly)
        .always(),
    Attribute::text("externalId", "What the client calls it").exact(),
    Attribute::text("meta", "What the directory knows about it")
        .holding(Data::Complex(META))
        .is(ReadOnly),
];

const NAME: &[Attribute] = &[
    Attribute::text("formatted", "The whole name"),
    Attribute::text("familyName", "The family name"),
    Attribute::text("givenName", "The given name"),
    Attribute::text("middleName", "The middle name"),
    Attribute::text("honorificPrefix", "What stands before the name"),
    Attribute::text("honorificSuffix", "What stands after the name"),
];

const EMAIL: &[Attribute] = &[
    Attribute::text("value", "The address"),
    Attribute::text("display", "The address as it is shown"),
    Attribute::text("type", "What the address is for").usually(&["work", "home", "other"]),
    Attribute::text("primary", "Whether it is the one to write to").holding(Data::Boolean),
];

const USER_GROUP: &[Attribute] = &[
    Attribute::text("value", "The group's id")
        .exact()
        .is(ReadOnly),
    Attribute::text("$ref", "The group's address")
        .holding(Data::Reference(&["Group"]))
        .exact()
        .is(ReadOnly),
    Attribute::text("display", "The group's name").is(ReadOnly),
    Attribute::text("type", "How the user belongs to it")
        .usually(&["direct"])
        .is(ReadOnly),
];

/// A user (RFC 7643, 4.1).
pub(super) static USER: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:core:2.0:User",
    name: "User",
    about: "A person's account in the directory",
    attributes: &[
        Attribute::text("userName", "The login id")
            .required()
            .unique(),
        Attribute::text("name", "The parts of the person's name").holding(Data::Complex(NAME)),
        Attribute::text("displayName", "The person's name as it is shown"),
        Attribute::text("nickName", "What the person is called by friends"),
        Attribute::text("title", "The person's post"),
        Attribute::text("userType", "What the person is to the organisation"),
        Attribute::text("preferredLanguage", "The language to speak to the person"),
        Attribute::text("locale", "How dates and numbers are written for the person"),
        Attribute::text("timezone", "The person's time zone"),
        Attribute::text("active", "Whether the account can be used").holding(Data::Boolean),
        Attribute::text("emails", "Email addresses")
            .holding(Data::Complex(EMAIL))
            .many(),
        Attribute::text("groups", "The groups that the user is a member of")
            .holding(Data::Complex(USER_GROUP))
            .many()
            .is(ReadOnly),
    ],
};

/// The usual extension of a user (RFC 7643, 4.3).
pub(super) static ENTERPRISE: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    name: "EnterpriseUser",
    about: "A person's place in the organisation",
    attributes: &[
        Attribute::text("employeeNumber", "The staff number"),
        Attribute::text("costCenter", "The cost centre"),
        Attribute::text("organization", "The organisation"),
        Attribute::text("division", "The faculty or division"),
        Attribute::text("department", "The department"),
    ],
};

const MEMBER: &[Attribute] = &[
    Attribute::text("value", "The user's id")
        .exact()
        .is(Immutable),
    Attribute::text("$ref", "The user's address")
        .holding(Data::Reference(&["User"]))
        .exact()
        .is(Immutable),
    Attribute::text("type", "The kind of the member")
        .usually(&["User"])
        .is(Immutable),
];

/// A group (RFC 7643, 4.2).
pub(super) static GROUP: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:core:2.0:Group",
    name: "Group",
    about: "Users who may do the same",
    attributes: &[
        Attribute::text("displayName", "The group's name").required(),
        Attribute::text("members", "Who is in the group")
            .holding(Data::Complex(MEMBER))
            .many(),
    ],
};

/// Users.
pub(super) static USERS: Kind = Kind {
    name: "User",
    endpoint: "Users",
    schema: &USER,
    extensions: &[&ENTERPRISE],
};

/// Groups.
pub(super) static GROUPS: Kind = Kind {
    name: "Group",
    endpoint: "Groups",
    schema: &GROUP,
    extensions: &[],
};

/// Every schema that `/Schemas` shows.
pub(super) static SCHEMAS: &[&Schema] = &[&USER, &ENTERPRISE, &GROUP];

/// Every kind of resource.
pub(super) static KINDS: &[&Kind] = &[&USERS, &GROUPS];
